"""Which files of a folder are taken, and what is said of the others."""

import pytest

from handoff.errors import InputError, UsageError
from handoff.load.landing import discover

LEADS = "lead_id,created_at\nL{0},2026-01-01\n"


def paths(yard):
    return [file.relative for file in discover(yard.folder).files]


def test_a_table_is_a_file_or_a_folder_of_files_in_any_format(yard):
    for name in ["leads.csv", "events/b.ndjson", "events/a.csv.gz", "accounts.parquet"]:
        yard.put(name, b"")
    yard.put("sales_touches.NDJSON.GZ", b"")
    expected = ["leads.csv", "events/a.csv.gz", "events/b.ndjson"]
    assert paths(yard) == [*expected, "sales_touches.NDJSON.GZ", "accounts.parquet"]


def test_hidden_and_underscored_names_are_passed_over_in_silence(yard):
    for name in ["leads.csv", "_truth.csv", ".leads.csv.swp", "events/_part.csv"]:
        yard.put(name, b"")
    assert paths(yard) == ["leads.csv"]
    assert discover(yard.folder).notes == []


@pytest.mark.bad_input("B07")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("lead.csv", "nearest name: leads"),
        ("zzz.txt", "tables: leads, events"),
        ("events.xlsx", "this format is not read"),
        ("events.parquet.gz", "this format is not read"),
        ("events/deep/x.csv", "not a file"),
    ],
)
def test_what_is_not_taken_is_said_once(yard, name, said):
    yard.put("leads.csv", b"")
    yard.put(name, b"")
    notes = discover(yard.folder).notes
    assert len(notes) == 1
    assert said in notes[0]
    assert paths(yard) == ["leads.csv"]


@pytest.mark.bad_input("B07")
def test_a_link_out_of_the_folder_is_not_followed(yard, tmp_path):
    yard.put("leads.csv", LEADS.format(1))
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.csv").write_text("secret")
    (yard.folder / "events").symlink_to(outside)
    (yard.folder / "accounts.csv").symlink_to(outside / "x.csv")
    (yard.folder / "sales_touches.csv").symlink_to(yard.folder / "nothing.csv")
    found = discover(yard.folder)
    assert [file.relative for file in found.files] == ["leads.csv"]
    assert len(found.notes) == 3


@pytest.mark.bad_input("B21")
@pytest.mark.parametrize(
    "name", ["leads/*.csv", 'leads/it\'s [a] "test"; --.csv', "leads/ümläut ?.csv"]
)
def test_a_name_is_a_name_whatever_it_is_made_of(yard, name):
    yard.put(name, LEADS.format(1))
    yard.put("leads/other.csv", LEADS.format(2))
    assert yard.load().landed == 2
    paths = yard.ask("select path from raw.load_files order by path")
    assert sorted([(name,), ("leads/other.csv",)]) == paths


def test_a_missing_landing_folder_is_a_usage_error(yard):
    yard.folder.rmdir()
    with pytest.raises(UsageError, match="does not exist"):
        yard.load()


def test_an_empty_folder_says_what_was_expected(yard):
    with pytest.raises(InputError, match=r"holds no table; expected leads\.csv"):
        yard.load()


def test_only_leads_must_be_there(yard):
    yard.put("events.csv", "event_id,occurred_at,event_type,lead_id\n")
    with pytest.raises(InputError, match=r"holds no leads; expected leads\.csv"):
        yard.load()
    yard.put("leads.csv", LEADS.format(1))
    assert yard.load().error() is None
    names = yard.ask("select table_name from information_schema.tables where table_schema = 'raw'")
    assert len(names) == 10


def test_leads_that_landed_before_need_not_be_sent_again(yard):
    yard.put("leads.csv", LEADS.format(1))
    yard.load()
    (yard.folder / "leads.csv").unlink()
    yard.put("events.csv", "event_id,occurred_at,event_type,lead_id\ne1,2026-01-01,x,L1\n")
    assert yard.load().error() is None


@pytest.mark.bad_input("B07")
def test_an_empty_leads_file_is_not_a_leads_file(yard):
    yard.put("leads.csv", b"")
    assert "no row of leads" in str(yard.load().error())
