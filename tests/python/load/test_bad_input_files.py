"""Bad input in files, by its row of the list; other tests that prove a row bear its mark."""

import base64
import gzip
import hashlib
import os
import zlib
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
import pytest

from handoff.cli import main
from handoff.errors import HandoffError, UsageError
from handoff.load import land_folder

LEADS = "lead_id,created_at\nL1,2026-01-01\n"
EVENTS = "event_id,occurred_at,event_type,lead_id\n"
CHANGES = "change_id,lead_id,changed_at,status\n"


def the_file(result, table):
    return next(file for file in result.files if file.table == table)


def load(yard, *options):
    arguments = ["load", "--landing", str(yard.folder), "--home", str(yard.home.path)]
    return main([*arguments, *options])


@pytest.mark.bad_input("B03")
def test_b03_a_renamed_required_column_stops_its_file_and_an_optional_one_is_told_once(yard):
    yard.put("leads/a.csv", "leadid,created_at\nL1,2026-01-01\n")
    yard.put("leads/b.csv", "lead_id,created_at,mail\nL2,2026-01-01,a\nL3,2026-01-01,b\n")
    result = yard.load()
    renamed, optional = result.files
    assert "expected lead_id, created_at; got leadid, created_at; nearest" in renamed.note
    assert optional.note == "columns not of the contract, not loaded: mail"
    assert yard.ask("select lead_id, email from raw.leads order by 1") == [
        ("L2", None),
        ("L3", None),
    ]


@pytest.mark.bad_input("B04")
def test_b04_a_type_that_changes_in_mid_file_costs_only_the_rows_that_changed(yard):
    rows = [f"L{at},2026-01-01,{'11.0.1' if at >= 300 else '10.5'}" for at in range(310)]
    yard.put("leads.csv", "lead_id,created_at,annual_revenue\n" + "\n".join(rows) + "\n")
    result = yard.load()
    assert result.landed == 300
    assert yard.quarantine() == [(line, "bad_number") for line in range(302, 312)]


@pytest.mark.bad_input("B06")
@pytest.mark.parametrize("promise", ["rows", "sha256"])
def test_b06_a_file_cut_within_its_last_value_is_known_by_the_senders_manifest(yard, promise):
    whole = "lead_id,created_at,company_name\nL1,2026-01-01,Acme\nL2,2026-01-01,Initech Group\n"
    promised = {"rows": "2", "sha256": hashlib.sha256(whole.encode()).hexdigest()}[promise]
    yard.put("_manifest.csv", f"path,{promise}\nleads.csv,{promised}\n")
    yard.put("leads.csv", whole)
    assert yard.load().error() is None
    cut = whole[:-7] if promise == "sha256" else whole[: whole.index("L2")]
    yard.put("leads.csv", cut)
    result = yard.load()
    assert the_file(result, "leads").status == "refused"
    assert "_manifest.csv promises" in str(result.error())


@pytest.mark.bad_input("B06")
def test_b06_without_a_manifest_a_missing_line_end_is_noted(yard):
    yard.put("leads.csv", "lead_id,created_at,company_name\nL1,2026-01-01,Initec")
    assert "its last line may be cut off" in yard.load().files[0].note


@pytest.mark.bad_input("B06")
def test_b06_a_promised_file_that_did_not_come_is_named_until_it_has_landed(yard):
    yard.put("leads.csv", LEADS)
    yard.put("_manifest.csv", "path,rows\nleads.csv,1\nevents.csv,1\n")
    assert "events.csv: _manifest.csv promises this file" in str(yard.load().error())
    path = yard.put("events.csv", EVENTS + "e1,2026-01-01,view,L1\n")
    assert yard.load().error() is None
    path.unlink()
    assert yard.load().error() is None


@pytest.mark.bad_input("B06")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "file,rows\na,1\n",
        "path\na\n",
        "path,rows\nleads.csv,many\n",
        "path,rows\nleads.csv,1\nleads.csv,2\n",
        "path,rows\nleads.csv\n",
        "path,sha256\nleads.csv,abc\n",
        "path,rows,sha256\nleads.csv,,\n",
        'path,rows\n"leads.csv,1\n',
    ],
)
def test_b06_a_manifest_that_makes_no_sense_lets_nothing_in(yard, text):
    yard.put("leads.csv", LEADS)
    yard.put("_manifest.csv", text)
    with pytest.raises(HandoffError, match=r"_manifest\.csv") as error:
        yard.load()
    assert error.value.exit_code == 3


@pytest.mark.bad_input("B07")
def test_b07_a_folder_or_a_dangling_link_in_place_of_a_file_is_said_and_passed_over(yard):
    yard.put("leads.csv", LEADS)
    (yard.folder / "events.csv").mkdir()
    (yard.folder / "accounts.csv").symlink_to(yard.folder / "nowhere.csv")
    result = yard.load()
    assert result.error() is None
    assert {note.split(":")[0] for note in result.notes} == {"accounts.csv", "events.csv"}


@pytest.mark.bad_input("B10")
def test_b10_windows_1252_is_quarantined_with_line_and_byte(yard_with_leads):
    text = CHANGES + "c1,L1,2026-01-01,geprüft\nc2,L1,2026-01-01,plain\n"
    yard_with_leads.put("stage_changes.csv", text.encode("cp1252"))
    assert the_file(yard_with_leads.load(), "stage_changes").landed == 1
    found = yard_with_leads.ask("select line, reason_code, reason from raw.quarantine")
    assert found == [(2, "not_utf8", "is not UTF-8 at byte 22 of the row")]


@pytest.mark.bad_input("B11")
def test_b11_there_is_no_setting_and_no_option_that_ignores_errors(yard, capsys):
    yard.put("leads.csv", LEADS)
    yard.home.create()
    (yard.home.path / "handoff.yml").write_text("landing: {ignore_errors: true}\n")
    assert load(yard) == 2
    assert "'ignore_errors' is not known" in capsys.readouterr().err
    (yard.home.path / "handoff.yml").unlink()
    assert load(yard, "--ignore-errors") == 2
    assert not yard.home.work_db.exists()


@pytest.mark.bad_input("B12")
@pytest.mark.parametrize(("content", "said"), [(b"\n", "zip bomb"), (b"\0", "is not text")])
def test_b12_a_zip_bomb_is_refused_long_before_it_is_unpacked(yard, monkeypatch, content, said):
    """It holds 64 MiB and is stopped at a few; the limits for real files are set higher."""
    monkeypatch.setattr("handoff.load.source._RATIO_MATTERS_FROM", 1 << 20)
    packer = zlib.compressobj(9, wbits=31)
    packed = b"".join(packer.compress(content * (1 << 20)) for _ in range(64)) + packer.flush()
    yard.put("leads.csv.gz", packed)
    result = yard.load()
    assert said in str(result.error())
    assert the_file(result, "leads").landed == 0


@pytest.mark.bad_input("B12")
def test_b12_two_gzip_members_are_one_file_and_rubbish_after_them_is_not(yard):
    first, second = gzip.compress(LEADS.encode()), gzip.compress(b"L2,2026-01-01\n")
    yard.put("leads.csv.gz", first + second)
    assert yard.load().landed == 2
    yard.put("leads.csv.gz", first + b"rubbish")
    assert "not a whole gzip file" in str(yard.load().error())


@pytest.mark.bad_input("B13")
def test_b13_an_object_of_fifty_megabytes_is_quarantined_alone(yard):
    good = '{"lead_id": "L1", "created_at": "2026-01-01"}\n'
    huge = '{"lead_id": "L2", "created_at": "2026-01-01", "region": "' + "x" * 50_000_000 + '"}\n'
    yard.put("leads.ndjson", good + huge + good)
    assert yard.load().landed == 2
    assert yard.quarantine() == [(2, "too_long")]


def parquet(**columns):
    file = BytesIO()
    rows = {"lead_id": ["L1"], "created_at": ["2026-01-01"]} | columns
    pq.write_table(pa.table(rows), file)
    return file.getvalue()


@pytest.mark.bad_input("B14")
def test_b14_files_that_type_a_column_differently_are_judged_one_by_one(yard):
    struct = pa.array([{"a": 1}])
    files = {
        "a_null": parquet(email=pa.nulls(1), attributes=struct),
        "b_list": parquet(email=pa.array([["a@example.com"]])),
        "c_text": parquet(email=["a@example.com"], attributes=pa.array([{"b": "x", "c": 2}])),
        "d_whole": parquet(annual_revenue=pa.array([10], pa.int64())),
        "e_double": parquet(annual_revenue=pa.array([10.5], pa.float64())),
    }
    for name, content in files.items():
        yard.put(f"leads/{name}.parquet", content)
    result = yard.load()
    assert [file.path for file in result.refused] == ["leads/b_list.parquet"]
    assert yard.ask("select attributes, annual_revenue::varchar from raw.leads order by all") == [
        ('{"a":1}', None),
        ('{"b":"x","c":2}', None),
        (None, "10.0000"),
        (None, "10.5000"),
    ]


class OpenSafe(pe.KmsClient):
    """A key service that keeps nothing secret: enough to make an encrypted file."""

    def wrap_key(self, key_bytes, master_key_identifier):
        return base64.b64encode(key_bytes)

    def unwrap_key(self, wrapped_key, master_key_identifier):
        return base64.b64decode(wrapped_key)


@pytest.mark.bad_input("B14")
@pytest.mark.parametrize("plaintext_footer", [True, False])
def test_b14_an_encrypted_file_is_refused_and_the_others_land(yard, plaintext_footer):
    config = pe.EncryptionConfiguration(
        footer_key="k", column_keys={"c": ["email"]}, plaintext_footer=plaintext_footer
    )
    table = pa.table({"lead_id": ["L1"], "created_at": ["2026-01-01"], "email": ["a@example.com"]})
    factory = pe.CryptoFactory(lambda _: OpenSafe())
    properties = factory.file_encryption_properties(pe.KmsConnectionConfig(), config)
    path = yard.put("leads/secret.parquet", b"")
    with pq.ParquetWriter(path, table.schema, encryption_properties=properties) as writer:
        writer.write_table(table)
    yard.put("leads/open.parquet", parquet())
    result = yard.load()
    assert [file.path for file in result.refused] == ["leads/secret.parquet"]
    assert yard.ask("select count(*) from raw.leads") == [(1,)]


@pytest.mark.bad_input("B15")
def test_b15_a_local_time_no_clock_showed_is_read_as_utc_like_every_time_without_a_zone(yard):
    yard.put("leads.csv", "lead_id,created_at\nL1,2026-03-29T02:30:00\n")
    yard.load()
    assert yard.ask("select created_at::varchar from raw.leads") == [("2026-03-29 02:30:00",)]


@pytest.mark.bad_input("B15")
def test_b15_seconds_and_milliseconds_since_1970_are_never_guessed_at(yard):
    times = ["1767225600", "1767225600000", "1767225600000000", "2026-01-01T00:00:00Z"]
    rows = "".join(f"L{at},{text}\n" for at, text in enumerate(times))
    yard.put("leads.csv", "lead_id,created_at\n" + rows)
    yard.load()
    assert yard.quarantine() == [(2, "bad_time"), (3, "bad_time"), (4, "bad_time")]


@pytest.mark.bad_input("B16")
def test_b16_the_first_day_of_the_company_is_a_setting(yard_with_leads, monkeypatch):
    yard_with_leads.put("events.csv", EVENTS + "e1,2019-12-31,view,L1\ne2,2020-01-01,view,L1\n")
    monkeypatch.setenv("HANDOFF_LANDING_COMPANY_START", "2020-01-01")
    yard_with_leads.load()
    assert yard_with_leads.quarantine() == [(2, "ancient")]
    reason = yard_with_leads.ask("select reason from raw.quarantine")
    assert reason == [("occurred_at is before 2020-01-01",)]
    assert yard_with_leads.ask("select event_id from raw.events") == [("e2",)]


@pytest.mark.bad_input("B18")
def test_b18_ids_are_kept_to_the_last_character_and_the_word_null_is_a_text(yard):
    ids = ["007", "x ", "Ab", "ab", "é", "e\u0301", "a\u200bb", "null", "NULL", "N/A"]
    rows = "".join(f'"{one}",2026-01-01\n' for one in ids)
    yard.put("leads.csv", "lead_id,created_at\n" + rows + '"",2026-01-01\n')
    yard.load()
    found = [one for (one,) in yard.ask("select lead_id from raw.leads order by _line")]
    assert found == ids
    assert yard.quarantine() == [(len(ids) + 2, "missing_lead_id")]


@pytest.mark.bad_input("B18")
def test_b18_an_id_of_a_megabyte_is_the_longest_that_lands(yard):
    limit = 1 << 20
    yard.put(
        "leads.csv", f"lead_id,created_at\n{'x' * limit},2026-01-01\n{'y' * limit}z,2026-01-01\n"
    )
    yard.load()
    assert yard.ask("select length(lead_id) from raw.leads") == [(limit,)]
    assert yard.quarantine() == [(3, "too_long")]


@pytest.mark.bad_input("B21")
def test_b21_escape_sequences_of_a_name_do_not_reach_the_terminal(yard, capsys):
    yard.put("leads.csv", LEADS)
    yard.put("\x1b[31mred\x1b[0m{{ 7*7 }}.csv", "x")
    assert load(yard) == 0
    said = capsys.readouterr().err
    assert "{{ 7*7 }}" in said
    assert "\x1b" not in said


@pytest.mark.bad_input("B27")
@pytest.mark.parametrize(
    "variable",
    ["HANDOFF_QUARANTINE_LIMIT", "HANDOFF_MAX_FIELD_BYTES", "HANDOFF_ARRIVALS_EVENTS_MIN_SHARE"],
)
@pytest.mark.parametrize("value", ["hunter2", "1\n2", "-1"])
def test_b27_a_variable_nobody_understands_is_named_and_its_value_is_not(
    yard_with_leads, monkeypatch, variable, value
):
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError) as error:
        land_folder(yard_with_leads.folder, yard_with_leads.home)
    assert variable in str(error.value)
    assert value not in str(error.value)
    assert not yard_with_leads.home.work_db.exists()


@pytest.mark.bad_input("B27")
def test_b27_a_variable_that_is_empty_is_not_set(yard_with_leads, monkeypatch):
    for variable in ("HANDOFF_QUARANTINE_LIMIT", "HANDOFF_ARRIVALS_EVENTS_MIN_SHARE"):
        monkeypatch.setenv(variable, "")
    assert yard_with_leads.load(limit=None).error() is None


ODD = ["with space", "it's", 'a "quote"', "ünïcödé-日本", "semi;colon", "x" * 200 + "/" + "y" * 100]


@pytest.mark.bad_input("B30")
@pytest.mark.parametrize("name", ODD)
def test_b30_landing_and_home_may_lie_at_any_path(tmp_path, name, monkeypatch):
    folder = tmp_path / name / "landing"
    folder.mkdir(parents=True)
    (folder / "leads.csv").write_text(LEADS)
    home = tmp_path / name / "home"
    monkeypatch.chdir(tmp_path)
    arguments = ["load", "--landing", os.path.relpath(folder), "--home", os.path.relpath(home)]
    assert main(arguments) == 0
    (run,) = (home / "runs").iterdir()
    assert (run / "checks.html").exists()
    assert main(["status", "--home", str(home)]) == 0
