"""What the guard says of figures: pure rules, the table of the repository, and one round of the quickest steps."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

import pytest

from benchmarks.guard import STEPS, main
from benchmarks.guarded.measuring import Step, measure
from benchmarks.guarded.table import FILE, Cost, Finding, Table, judge, markdown, read_table, table_text


def cost(ratio: float) -> Cost:
    return Cost("row", "COPY", 12.5, ratio)


def test_every_step_stands_in_the_table_and_nothing_else() -> None:
    table = read_table(FILE.read_text("utf-8"))
    assert tuple(table.costs) == STEPS
    assert len(table.commit) == 8
    assert all(one.ratio > 0 and one.microseconds > 0 for one in table.costs.values())


@pytest.mark.parametrize(
    ("now", "before", "finding", "fails"),
    [
        (2.0, 2.0, Finding.WITHIN, False),
        (2.29, 2.0, Finding.WITHIN, False),
        (2.31, 2.0, Finding.MORE, True),
        (1.71, 2.0, Finding.WITHIN, False),
        (1.69, 2.0, Finding.LESS, False),
        (2.0, None, Finding.UNKNOWN, True),
        (None, 2.0, Finding.MISSING, True),
    ],
)
def test_what_is_found(now: float | None, before: float | None, finding: Finding, fails: bool) -> None:
    measured = {} if now is None else {"CSV": cost(now)}
    table = Table("0123abcd", {} if before is None else {"CSV": cost(before)})
    [verdict] = judge(measured, table, ["CSV"])
    assert (verdict.finding, verdict.fails) == (finding, fails)


def test_steps_that_nobody_wanted_are_not_missed() -> None:
    table = Table("0123abcd", {"CSV": cost(1), "Arrow": cost(1)})
    assert [one.step for one in judge({"CSV": cost(1)}, table, ["CSV"])] == ["CSV"]


def test_a_table_reads_as_it_was_written() -> None:
    table = Table("0123abcd", {"portal, a desk's list": cost(0.625), "CSV": cost(12.0)})
    assert read_table(table_text(table)) == table


def test_the_markdown_says_what_is_more() -> None:
    table = Table("0123abcd", {"CSV": cost(1.0)})
    lines = markdown(
        judge({"CSV": cost(1.5), "Arrow": cost(2)}, table, ["CSV", "Arrow"]), table.commit
    ).splitlines()
    assert lines[0].startswith("| step |")
    assert lines[2] == "| CSV | row | 12.50 µs | COPY | 1.50 | 1.00 | 1.50 | **more** |"
    assert lines[3] == "| Arrow | row | 12.50 µs | COPY | 2.00 | – | – | **not in the table** |"


def test_the_median_of_turns_is_not_moved_by_a_busy_moment() -> None:
    # The first of each warms; one of the five rounds was twice as slow in its middle.
    steps, bares = cycle([9.0, 3, 3, 6, 3, 3]), cycle([9.0, *[1.0] * 10])
    found = measure(Step("s", "row", lambda: next(steps), "bare", lambda: next(bares), warming=1), 5)
    assert (found.ratio, found.microseconds) == (3.0, 3e6)


def test_a_step_that_became_dear_fails_and_one_that_did_not_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.guard.stage", lambda _: pytest.MonkeyPatch.context())
    file, name = tmp_path / "guard.toml", "decoding native messages"
    words = ["--only", name, "--rounds", "1", "--table", str(file)]
    assert main([*words, "--write"]) == 0
    assert main(words) == 0
    table = read_table(file.read_text("utf-8"))
    was = table.costs[name]
    file.write_text(
        table_text(Table(table.commit, {name: Cost(was.unit, was.bare, was.microseconds, was.ratio / 3)}))
    )
    assert main(words) == 1
    assert f"| {name} |" in capsys.readouterr().out
