"""What a file's rows become: the same as messages, counted once."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from citycore.errors import InvalidFile
from citycore.model import DatastreamDescription
from citycore.store.registry import register
from ingest.load.errors import OutcomesOverwriteFile, UnknownSource
from ingest.load.settings import LoadSettings
from ingest.model import Account
from ingest.rollups import roll_up
from ingest.settings import IngestSettings
from tests.conftest import Database
from tests.ingest.conftest import describe_source, describe_thing
from tests.ingest.load.conftest import START, Run, history, outcomes, query, rows_csv, stored, write


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.arrow"])
def test_every_format_gives_the_same_store(database: Database, run: Run, tmp_path: Path, name: str) -> None:
    content = history(400)
    report = run(write(tmp_path / name, content))
    assert report.total == Account(400, 400, 400, 0, 0, 0)
    by_thing = query(
        database,
        "SELECT things.code, observed_property_code, phenomenon_time, result FROM observations"
        " JOIN datastreams USING (datastream_id) JOIN things USING (thing_id) ORDER BY 1, 2, 3",
    )
    assert by_thing == sorted(zip(*content.to_pydict().values(), strict=True))


def test_the_ledger_the_totals_latest_and_the_announcements_are_those_of_messages(
    database: Database, run: Run, tmp_path: Path
) -> None:
    with database.connect() as listener:
        listener.execute("LISTEN falaj_batches")
        report = run(write(tmp_path / "a.parquet", history(400)))
        announced = {int(note.payload) for note in listener.notifies(timeout=5, stop_after=8)}
    batches = query(database, "SELECT batch_id, worker, received, stored FROM ingest_batches")
    assert {row[0] for row in batches} == announced
    assert {row[1] for row in batches} == {report.worker}
    assert sum(row[3] for row in batches) == 400
    assert query(database, "SELECT worker, received, stored FROM ingest_totals") == [
        (report.worker, 400, 400)
    ]
    newest = query(
        database, "SELECT datastream_id, max(phenomenon_time) FROM observations GROUP BY 1 ORDER BY 1"
    )
    assert query(database, "SELECT datastream_id, phenomenon_time FROM latest ORDER BY 1") == newest


def test_history_never_moves_latest_backward(database: Database, run: Run, tmp_path: Path) -> None:
    run(rows_csv(tmp_path / "new.csv", "station-1,pm2_5,2026-05-01T00:00:00Z,9"))
    run(rows_csv(tmp_path / "old.csv", "station-1,pm2_5,2026-01-01T00:00:00Z,1"))
    assert query(database, "SELECT result FROM latest") == [(9.0,)]


def test_each_refusal_is_counted_named_and_kept_as_a_letter(
    database: Database, run: Run, tmp_path: Path
) -> None:
    time_ = "2026-01-01T00:00:00Z"
    refused = {
        f"nowhere,pm2_5,{time_},1": "unknown_thing",
        f"station-1,radon,{time_},1": "unknown_property",
        "station-1,pm2_5,yesterday,1": "unreadable_payload",
        "station-1,pm2_5,,1": "missing_time",
        "station-1,pm2_5,2026-01-01T00:00:00,1": "naive_time",
        "station-1,pm2_5,1970-01-01T00:00:00Z,1": "clock_unset",
        "station-1,pm2_5,2099-01-01T00:00:00Z,1": "clock_ahead",
        f"station-1,pm2_5,{time_},much": "wrong_type",
        f"station-1,pm2_5,{time_},NaN": "non_finite",
        "three,columns,only": "unreadable_payload",
    }
    file = rows_csv(tmp_path / "a.csv", *refused, f"station-1,pm2_5,{time_},12.5")
    report = run(file, source="history", outcomes=tmp_path / "out.csv")
    assert report.total == Account(11, 11, 1, 0, 0, 10)
    named = outcomes(tmp_path / "out.csv")
    assert [(int(row["line"]), row["reason"]) for row in named] == list(enumerate(refused.values(), 2))
    assert {row["outcome"] for row in named} == {"quarantined"}
    letters = query(database, "SELECT topic, payload, reason FROM dead_letters ORDER BY dead_letter_id")
    assert sorted(row[2] for row in letters) == sorted(refused.values())
    unknown = next(row for row in letters if row[2] == "unknown_thing")
    assert unknown[0] == "falaj/v1/history/nowhere"
    assert json.loads(unknown[1]) == {
        "phenomenon_time": time_, "observed_property": "pm2_5", "result": "1",
    }  # fmt: skip
    malformed = next(row for row in letters if row[1] == b"three,columns,only")
    assert malformed[0] == f"load/{report.worker}"


def test_history_is_tested_as_messages_are(database: Database, run: Run, tmp_path: Path) -> None:
    """The second batch has the result that shows the last one of the first to be a spike."""
    with database.connect() as connection:
        heat = DatastreamDescription(observed_property="air_temperature")
        register(connection, describe_source("history"), [describe_thing("roof", heat)])
    results = [25, 25.2, 85, 70, -274, 25.4, 60, 25.3, 25.1, 25.2]
    times = [START + timedelta(minutes=10 * n) for n in range(len(results))]
    file = rows_csv(
        tmp_path / "a.csv",
        *(f"roof,air_temperature,{t.isoformat()},{r}" for t, r in zip(times, results, strict=True)),
    )
    report = run(file, settings=LoadSettings(batch_rows=7, csv_block_bytes=2048))
    assert report.total == Account(10, 10, 9, 0, 0, 1)
    assert query(database, "SELECT reason, detail FROM dead_letters") == [
        ("not_physical", "not_physical: air_temperature: -274")
    ]
    flagged = query(database, "SELECT phenomenon_time, test, quality FROM observation_flags ORDER BY 1, 2")
    assert flagged == [
        (times[2], "sentinel", 9),
        (times[3], "gross_range", 4),
        (times[6], "spike", 4),
    ]
    bad = query(database, "SELECT phenomenon_time, quality FROM observations WHERE quality > 3 ORDER BY 1")
    assert bad == [(times[2], 9), (times[3], 4), (times[6], 4)]


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.arrow"])
def test_an_empty_cell_is_missing_and_nothing_else(
    database: Database, run: Run, tmp_path: Path, name: str
) -> None:
    """A table has a cell for each row; every seventh is empty, and the third batch is nothing but empty."""
    results = [None if n % 7 == 0 or 100 <= n < 150 else n / 7 for n in range(400)]
    missing = results.count(None)
    file = write(tmp_path / name, history(400, result=results))
    report = run(file, outcomes=tmp_path / "out.csv")
    assert report.total == Account(400 - missing, 400 - missing, 400 - missing, 0, 0, 0)
    assert report.missing == missing
    assert len(stored(database)) == 400 - missing
    assert query(database, "SELECT count(*) FROM dead_letters") == [(0,)]
    assert query(database, "SELECT sum(received), sum(messages) FROM ingest_batches") == [
        (400 - missing,) * 2
    ]
    first = 2 if name == "a.csv" else 1
    named = outcomes(tmp_path / "out.csv")
    assert [int(row["line"]) - first for row in named] == [n for n in range(400) if results[n] is None]
    assert {row["outcome"] for row in named} == {"missing"}
    assert run(file).missing == missing, "said again of a file that is loaded"
    again = run(file, again=True)
    assert (again.missing, again.total.duplicate) == (missing, 400 - missing)


def test_words_for_no_value_are_missing(database: Database, run: Run, tmp_path: Path) -> None:
    words = ("NA", "-", "null", "N/A", "None")
    rows = [f"station-1,pm2_5,2026-01-01T0{n}:00:00Z,{word}" for n, word in enumerate(words)]
    file = rows_csv(tmp_path / "a.csv", *rows, "station-1,pm2_5,2026-01-02T00:00:00Z,12.5")
    report = run(file)
    assert (report.total, report.missing) == (Account(1, 1, 1, 0, 0, 0), len(words))
    assert query(database, "SELECT count(*) FROM dead_letters") == [(0,)]


def test_units_and_qualities(database: Database, run: Run, tmp_path: Path) -> None:
    content = history(6, unit=["ug/m3", "µg/m³", "mg/m3", None, "ug/m^3", "K"], quality=[1, 4, 1, None, 7, 1])
    report = run(write(tmp_path / "a.parquet", content), outcomes=tmp_path / "out.csv")
    assert [(row["line"], row["reason"]) for row in outcomes(tmp_path / "out.csv")] == [
        ("5", "wrong_type"), ("6", "unit_mismatch"),
    ]  # fmt: skip
    assert report.total.stored == 4
    assert sorted(row[3] for row in stored(database)) == [1, 1, 1, 4]
    assert max(row[2] for row in stored(database)) == pytest.approx(content["result"][2].as_py() * 1000), (
        "mg/m3"
    )


def test_local_times_are_of_the_source_s_zone(database: Database, run: Run, tmp_path: Path) -> None:
    run(rows_csv(tmp_path / "a.csv", "clock,pm2_5,2026-01-01 04:00:00,1"))
    assert [row[1] for row in stored(database)] == [START]


def test_categories_and_positions(database: Database, run: Run, tmp_path: Path) -> None:
    report = run(
        rows_csv(
            tmp_path / "a.csv",
            "station-1,weather,2026-01-01T00:00:00Z,dust",
            'station-1,location,2026-01-01T00:00:00Z,"[58.4, 23.6]"',
            'station-1,location,2026-01-01T00:00:01Z,"[580, 23.6]"',
        )
    )
    assert report.total == Account(3, 3, 2, 0, 0, 1)
    assert query(database, "SELECT result FROM observations_category") == [("dust",)]
    assert query(database, "SELECT longitude, latitude FROM observations_position") == [(58.4, 23.6)]


def test_the_conflict_policies_hold(database: Database, run: Run, tmp_path: Path) -> None:
    lines = [f"station-1,{name},2026-01-01T00:00:00Z,{{}}" for name in ("pm2_5", "no2", "o3")]
    run(rows_csv(tmp_path / "a.csv", *(line.format(1) for line in lines)))
    report = run(
        rows_csv(tmp_path / "b.csv", *(line.format(2) for line in lines)), outcomes=tmp_path / "out.csv"
    )
    assert report.total == Account(3, 3, 0, 0, 2, 1)
    assert [row[2] for row in stored(database)] == [1.0, 2.0, 1.0]  # keep first, keep last, quarantine
    assert [(row["line"], row["outcome"]) for row in outcomes(tmp_path / "out.csv")] == [
        ("2", "conflicting"), ("3", "conflicting"), ("4", "quarantined"),
    ]  # fmt: skip
    ((payload,),) = query(database, "SELECT payload FROM dead_letters")
    assert json.loads(payload)["result"] == 2.0


def test_the_same_content_again_does_nothing_unless_told_to(
    database: Database, run: Run, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.csv", history(130))
    run(file)
    renamed = file.rename(tmp_path / "b.csv")
    second = run(renamed)
    assert (second.was_complete, second.rows) == (True, 0)
    third = run(renamed, again=True, outcomes=tmp_path / "out.csv")
    assert third.total == Account(130, 130, 0, 130, 0, 0)
    assert [int(row["line"]) for row in outcomes(tmp_path / "out.csv")] == list(range(2, 132))
    assert len(stored(database)) == 130


def test_a_file_of_rubbish_does_not_fill_the_dead_letters(
    database: Database, run: Run, tmp_path: Path
) -> None:
    file = rows_csv(tmp_path / "a.csv", *(f"nowhere,pm2_5,2026-01-01T00:00:00Z,{n}" for n in range(300)))
    settings = LoadSettings(batch_rows=50, dead_letters_max=70)
    report = run(file, settings=settings, outcomes=tmp_path / "out.csv")
    assert (report.total.quarantined, report.dead_letters) == (300, 70)
    assert query(database, "SELECT count(*) FROM dead_letters") == [(70,)]
    kept = [row["dead_letter"] for row in outcomes(tmp_path / "out.csv")]
    assert kept == ["kept"] * 70 + ["beyond_limit"] * 230


def test_a_row_that_the_database_refuses_takes_no_neighbour_with_it(
    database: Database, run: Run, tmp_path: Path
) -> None:
    content = history(20, observed_property=["weather"] * 20, result=[f"w{n}" for n in range(19)] + ["\0"])
    report = run(write(tmp_path / "a.parquet", content), outcomes=tmp_path / "out.csv")
    assert report.total.quarantined == 1
    assert report.total.received == 20
    refused = [row for row in outcomes(tmp_path / "out.csv") if row["outcome"] == "quarantined"]
    assert [(row["line"], row["reason"]) for row in refused] == [("20", "rejected_by_store")]


def test_a_file_without_rows_is_loaded_at_once(database: Database, run: Run, tmp_path: Path) -> None:
    report = run(rows_csv(tmp_path / "a.csv"))
    assert (report.is_complete, report.total.received) == (True, 0)
    assert query(database, "SELECT count(*) FROM ingest_batches") == [(0,)]


def test_a_file_of_malformed_lines_alone_is_accounted_for(
    database: Database, run: Run, tmp_path: Path
) -> None:
    report = run(rows_csv(tmp_path / "a.csv", "one", "two,columns"), outcomes=tmp_path / "out.csv")
    assert report.total == Account(2, 2, 0, 0, 0, 2)
    assert [row["line"] for row in outcomes(tmp_path / "out.csv")] == ["2", "3"]
    assert query(database, "SELECT quarantined FROM ingest_totals") == [(2,)]


def test_the_outcomes_never_overwrite_the_file(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", history(3))
    before = file.read_bytes()
    with pytest.raises(OutcomesOverwriteFile, match=r"a\.csv"):
        run(file, outcomes=tmp_path / "." / "a.csv")
    assert file.read_bytes() == before


def test_a_source_that_nobody_registered_is_said_before_anything_is_done(
    database: Database, run: Run, tmp_path: Path
) -> None:
    with pytest.raises(UnknownSource, match="histroy"):
        run(write(tmp_path / "a.csv", history(3)), source="histroy")
    assert query(database, "SELECT count(*) FROM loads") == [(0,)]


def test_late_data_marks_its_hours_so_that_the_roll_up_is_what_the_rows_say(
    database: Database, run: Run, tmp_path: Path
) -> None:
    run(write(tmp_path / "a.parquet", history(3_000)))
    with database.connect("worker") as connection:
        while roll_up(connection):
            pass
    late = history(3_000)
    times = [time_ + timedelta(seconds=5) for time_ in late["phenomenon_time"].to_pylist()]
    late = late.set_column(2, "phenomenon_time", pa.array(times, pa.timestamp("us", "UTC")))
    run(write(tmp_path / "late.parquet", late))
    with database.connect("worker") as connection:
        while roll_up(connection):
            pass
    rolled = query(
        database,
        "SELECT datastream_id, bucket_start, observation_count, maximum FROM observations_hourly ORDER BY 1, 2",
    )
    assert rolled == query(
        database,
        "SELECT datastream_id, date_trunc('hour', phenomenon_time), count(*), max(result) FROM observations"
        " GROUP BY 1, 2 ORDER BY 1, 2",
    )


def test_hours_of_a_long_history_are_rolled_up_in_bounded_steps(
    database: Database, run: Run, tmp_path: Path
) -> None:
    hours = pa.array([START + timedelta(hours=n // 6) for n in range(600)], pa.timestamp("us", "UTC"))
    run(write(tmp_path / "a.parquet", history(600, phenomenon_time=hours)))
    settings = IngestSettings(rollup_noted_buckets_max=120)
    with database.connect("worker") as connection:
        steps = list(iter(lambda: roll_up(connection, settings), 0))
    assert steps == [150, 150, 150, 150]
    assert query(database, "SELECT count(*) FROM observations_hourly") == [(600,)]


def test_a_file_of_another_kind_leaves_no_trace(database: Database, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("place,value\nx,1\n")
    with pytest.raises(InvalidFile):
        run(file)
    assert query(database, "SELECT count(*) FROM loads") == [(0,)]
