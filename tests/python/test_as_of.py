"""The moment a run asks about."""

from datetime import UTC, datetime, timedelta

import pytest

from handoff import as_of
from handoff.as_of import iso_text, now_not_before, parse_as_of, sql_text
from handoff.errors import UsageError


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("2026-07-01", "2026-07-01 00:00:00"),
        ("2026-07-01T06:30:00", "2026-07-01 06:30:00"),
        ("2026-07-01T06:30:00Z", "2026-07-01 06:30:00"),
        ("2026-07-01 06:30:00+02:00", "2026-07-01 04:30:00"),
        ("2026-07-01T00:00:00.250-05:00", "2026-07-01 05:00:00.250000"),
    ],
)
def test_a_time_is_utc_unless_it_has_an_offset(given, meant):
    assert sql_text(parse_as_of(given)) == meant


@pytest.mark.parametrize(
    "given", ["", "yesterday", "2026-02-30", "01/07/2026", "1e9", "0001-01-01"]
)
def test_what_is_no_time_is_refused_with_an_example(given):
    with pytest.raises(UsageError, match="expected a"):
        parse_as_of(given)


def test_the_default_is_now_in_whole_seconds():
    moment = parse_as_of(None)
    assert moment.microsecond == 0
    assert abs(datetime.now(UTC) - moment) < timedelta(seconds=5)
    assert iso_text(moment).endswith("Z")


class _Clock(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime(2026, 7, 1, 9, 0, 0, 500_000, tzinfo=tz)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (None, "2026-07-01T09:00:00Z"),
        ("2026-07-01T08:59:59.999", "2026-07-01T09:00:00Z"),
        ("2026-07-01T09:00:00", "2026-07-01T09:00:00Z"),
        ("2026-07-01T09:00:00.000001", "2026-07-01T09:00:01Z"),
        ("2026-07-01T09:00:00.5", "2026-07-01T09:00:01Z"),
        # Of a clock that was set back since.
        ("2026-07-01T09:00:00.6", "2026-07-01T09:00:00Z"),
        ("2027-07-01", "2026-07-01T09:00:00Z"),
    ],
)
def test_now_is_not_before_what_was_loaded_in_the_same_second(monkeypatch, moment, expected):
    monkeypatch.setattr(as_of, "datetime", _Clock)
    given = datetime.fromisoformat(moment).replace(tzinfo=UTC) if moment else None
    assert iso_text(now_not_before(given)) == expected
