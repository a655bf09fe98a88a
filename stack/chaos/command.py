"""``falaj chaos``: the run as a table for people and a document for machines."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.report import Case, write
from citycore.log import configure_logging
from stack.chaos.account import Letters, Unlike
from stack.chaos.run import carry_out, chaos_plan, outage_plan
from stack.chaos.schedule import FaultKind
from stack.chaos.settings import ChaosSettings
from stack.chaos.verdict import Outage, Outcome
from stack.stopping import INTERRUPTED, Stop, StopRequested
from stack.texts import text

CHAOS_RATE = 500.0
OUTAGE_RATE = 1_000.0
#: How many letters that differ are named, and how much of each is shown.
LETTERS_NAMED = 20
_PAYLOAD_BYTES = 120
_MIB = 2**20


def run_chaos(
    *, minutes: float, seed: int, rate: float | None, outage: float | None, file: Path | None
) -> int:
    """Carry it out, print the account and write it to ``file``.

    0 if nothing was lost or twice and everything closes, else 1; 130 if the user stopped it.
    """
    configure_logging("chaos")
    console, settings = Console(highlight=False), ChaosSettings()
    if outage is None:
        plan = chaos_plan(seed, rate or CHAOS_RATE, minutes)
        title = text("chaos.title", seed=seed, minutes=f"{minutes:g}", rate=f"{plan.rate:g}")
    else:
        plan = outage_plan(seed, rate or OUTAGE_RATE, outage, settings)
        title = text("chaos.title_outage", minutes=f"{outage:g}", rate=f"{plan.rate:g}")
    console.print(text("chaos.starting"))
    try:
        with Stop() as stop:
            outcome = carry_out(plan, settings, stop, console.print)
    except StopRequested:
        console.print(text("demo.stopped"))
        return INTERRUPTED
    _print(console, title, outcome)
    if file is not None:
        write("chaos" if outage is None else "outage", cases(outcome), file)
    return int(bool(outcome.failures))


def _print(console: Console, title: str, outcome: Outcome) -> None:
    console.print(figures_table(title, outcome))
    for failure in outcome.failures:
        console.print(text("chaos.failed", what=text(f"chaos.failure.{failure}")), style="red")
    for line in letter_lines(outcome.letters):
        console.print(line, markup=False)
    console.print(text("chaos.bad" if outcome.failures else "chaos.good"))


def letter_lines(letters: Letters) -> list[str]:
    """Each letter that is not as it had to be, with its topic, reasons and the beginning of its payload."""
    lines = [_letter_line(each) for each in letters.unlike[:LETTERS_NAMED]]
    rest = len(letters.unlike) - len(lines)
    return lines + [text("chaos.letters_more", count=rest)] * (rest > 0)


def _letter_line(unlike: Unlike) -> str:
    letter = unlike.stored or unlike.expected
    assert letter is not None
    kind = "strange" if unlike.expected is None else "missing" if unlike.stored is None else "other_reason"
    return text(
        f"chaos.letter_{kind}",
        number=letter.number,
        topic=letter.topic,
        reason=letter.reason,
        expected=unlike.expected.reason if unlike.expected else "",
        payload=letter.payload[:_PAYLOAD_BYTES].decode("utf-8", "backslashreplace"),
    )


def cases(outcome: Outcome) -> list[Case]:
    """The figures in the shape of the benchmarks; a target is the least that is good."""
    rows, ledger, tally = outcome.rows, outcome.ledger.total, outcome.tally
    intact = rows.expected - rows.lost - rows.wrong
    closed = float(not outcome.ledger.faults(rows.stored, outcome.values_published))
    found = [
        Case("seed", outcome.seed, ""),
        Case("published", tally.published, "messages"),
        Case(
            "acknowledged",
            tally.acknowledged,
            "messages",
            tally.published,
            tally.acknowledged / max(1, tally.published),
            1.0,
        ),
        Case("sent again", tally.sent - tally.published, "messages"),
        Case("rows as published", intact, "rows", rows.expected, intact / max(1, rows.expected), 1.0),
        Case("lost", rows.lost, "rows"),
        Case("duplicated", rows.duplicated, "rows"),
        Case("wrong value", rows.wrong, "rows"),
        Case("never published", rows.strange, "rows"),
        Case("ledger closes", closed, "", target=1.0),
        Case("received", ledger.received, "values"),
        Case("stored", ledger.stored, "values"),
        Case("duplicate", ledger.duplicate, "values"),
        Case("conflicting", ledger.conflicting, "values"),
        Case("quarantined", ledger.quarantined, "values"),
        Case("dead letters as expected", float(outcome.letters.agree), "", target=1.0),
        Case("dead letters", outcome.letters.stored, "letters", outcome.letters.expected),
        Case("dropped by the broker", outcome.dropped, "messages"),
        Case("absurd numbers", outcome.absurd, "messages"),
        Case("rolled up", float(outcome.rolled_up), "", target=1.0),
        Case("longest stall", outcome.stall_seconds, "s"),
        Case("drained after", outcome.drain_seconds, "s"),
        Case("peak memory of ingest", outcome.peak_bytes, "bytes"),
    ]
    found += [Case(f"fault: {kind.value}", outcome.met[kind], "times") for kind in FaultKind]
    if outcome.outage is not None:
        found += _outage_cases(outcome.outage)
    return [*found, Case("good", float(not outcome.failures), "", target=1.0)]


def _outage_cases(outage: Outage) -> list[Case]:
    room = outage.growth_bytes_max / max(1, outage.growth_bytes)
    return [
        Case("database away", outage.seconds, "s"),
        Case("memory before", outage.before_bytes, "bytes"),
        Case("memory during, at most", outage.during_bytes_max, "bytes"),
        Case("memory limit to growth", outage.growth_bytes_max, "bytes", outage.growth_bytes, room, 1.0),
        Case("published while away", outage.published_bytes, "bytes"),
        Case("batches out of order", outage.disordered, "batches"),
    ]


def figures_table(title: str, outcome: Outcome) -> Table:
    """The figures, what they should be, and how often each fault struck."""
    table = Table(title=title)
    table.add_column(text("chaos.figure"))
    table.add_column(text("chaos.value"), justify="right")
    table.add_column(text("chaos.expected"), justify="right")
    for name, value, expected in [*_messages(outcome), *_rows(outcome), *_process(outcome)]:
        table.add_row(text(f"chaos.{name}"), value, expected)
    table.add_section()
    for kind in FaultKind:
        if kind in outcome.skipped:
            table.add_row(text(f"chaos.fault.{kind.value}"), text("chaos.skipped"), "")
        elif outcome.met[kind] + outcome.missed[kind]:
            missed = text("chaos.missed", count=outcome.missed[kind]) if outcome.missed[kind] else ""
            table.add_row(text(f"chaos.fault.{kind.value}"), str(outcome.met[kind]), missed)
    return table


Figures = list[tuple[str, str, str]]


def _messages(outcome: Outcome) -> Figures:
    tally = outcome.tally
    return [
        ("published", f"{tally.published:,}", ""),
        ("acknowledged", f"{tally.acknowledged:,}", f"{tally.published:,}"),
        ("sent_again", f"{tally.sent - tally.published:,}", ""),
        ("reconnects", f"{tally.reconnects:,}", ""),
        ("nobody", f"{tally.nobody:,}", ""),
        ("dropped", f"{outcome.dropped:,}", "0"),
    ]


def _rows(outcome: Outcome) -> Figures:
    rows, ledger, letters = outcome.rows, outcome.ledger.total, outcome.letters
    parts = outcome.ledger.faults(rows.stored, outcome.values_published)
    closes = text("chaos.no") if parts else text("chaos.yes")
    return [
        ("stored", f"{rows.stored:,}", f"{rows.expected:,}"),
        ("lost", f"{rows.lost:,}", "0"),
        ("duplicated", f"{rows.duplicated:,}", "0"),
        ("wrong", f"{rows.wrong:,}", "0"),
        ("strange", f"{rows.strange:,}", "0"),
        ("received", f"{ledger.received:,}", f"≥ {outcome.values_published:,}"),
        ("duplicate", f"{ledger.duplicate:,}", ""),
        ("conflicting", f"{ledger.conflicting:,}", ""),
        ("quarantined", f"{ledger.quarantined:,}", ""),
        ("letters", f"{letters.stored:,}", f"{letters.expected:,}"),
        ("closes", closes, text("chaos.yes")),
        ("absurd", f"{outcome.absurd:,}", ""),
        ("rolled_up", text("chaos.yes") if outcome.rolled_up else text("chaos.no"), text("chaos.yes")),
    ]


def _process(outcome: Outcome) -> Figures:
    figures = [
        ("stall", text("chaos.seconds", seconds=f"{outcome.stall_seconds:.1f}"), ""),
        ("drain", text("chaos.seconds", seconds=f"{outcome.drain_seconds:.1f}"), ""),
        ("memory", _mib(outcome.peak_bytes), ""),
    ]
    outage = outcome.outage
    if outage is not None:
        figures += [
            ("growth", _mib(outage.growth_bytes), f"≤ {_mib(outage.growth_bytes_max)}"),
            ("published_away", _mib(outage.published_bytes), ""),
            ("disordered", f"{outage.disordered:,}", "0"),
        ]
    return figures


def _mib(count: int) -> str:
    return text("chaos.mib", mib=f"{count / _MIB:.1f}")
