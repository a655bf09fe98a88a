"""``falaj qc explain``: why an observation has its flag."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stack.joining import hub_connection, join_running_hub
from stack.texts import text

if TYPE_CHECKING:
    from citycore.quality import QualityTests

qc_app = typer.Typer(help=text("help.qc"), no_args_is_help=True)
#: Results before and after the one in question.
NEIGHBOURS = 3


@qc_app.callback()
def _qc() -> None:
    """A group of commands, although it has only one yet."""


@qc_app.command("explain", help=text("help.qc_explain"))
def explain(
    datastream: Annotated[int, typer.Argument(min=1, help=text("help.qc_datastream"))],
    at: Annotated[str, typer.Argument(metavar="TIME", help=text("help.qc_time"))],
) -> None:
    from citycore.intervals import parse_instant

    try:
        moment = parse_instant(at)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    join_running_hub()
    with hub_connection(lambda store: store.read_url, "falaj-qc") as connection:
        found = _find(connection, datastream, moment)
    if found is None:
        typer.echo(text("qc.nothing", datastream=datastream, at=at), err=True)
        raise typer.Exit(1)
    for line in found:
        typer.echo(line)


def _find(connection: Any, datastream: int, moment: datetime) -> list[str] | None:
    from citycore.quality import read_tests
    from citycore.store.queries import load_queries

    queries = load_queries("stack", "quality.sql")
    asked = {"datastream_id": datastream, "at": moment, "neighbours": NEIGHBOURS}
    described = connection.execute(queries["described"], asked).fetchone()
    around = connection.execute(queries["around"], asked).fetchall()
    flags = connection.execute(queries["flags"], asked).fetchall()
    now = next((row for row in around if row[0] == moment), None)
    if described is None or now is None:
        return None
    thing, name, unit, lower, upper, declared = described
    declared = {test: limits for test, limits in declared.items() if limits is not None}
    lines = [text("qc.observation", thing=thing, name=name, result=now[1], unit=unit, quality=now[2])]
    lines += [
        text("qc.flag", test=test, quality=quality, why=_why(test, declared)) for test, quality in flags
    ]
    if not flags:
        lines.append(text("qc.no_flag" if now[2] < 3 else "qc.flag_before"))
    lines += [_anomaly(*row) for row in connection.execute(queries["anomalies"], asked).fetchall()]
    lines.append(
        text("qc.bounds", lower="−∞" if lower is None else lower, upper="∞" if upper is None else upper)
    )
    tests = read_tests(declared)
    lines += [text("qc.limits", limits=declared or "–"), *_neighbours(around, now, tests)]
    return lines


def _anomaly(number: int, expected: float, lower: float, upper: float, since: datetime) -> str:
    figures = {"expected": f"{expected:g}", "lower": f"{lower:g}", "upper": f"{upper:g}"}
    return text("qc.anomaly", number=number, since=f"{since:%Y-%m-%dT%H:%M:%S%z}", **figures)


def _why(test: str, declared: dict[str, Any]) -> str:
    return text(f"qc.why.{test}", limits=declared.get(test, "–"))


def _neighbours(around: list[Any], now: Any, tests: QualityTests | None) -> list[str]:
    lines = []
    for moment, result, quality in around:
        mark = "→" if moment == now[0] else " "
        lines.append(f"{mark} {moment:%Y-%m-%dT%H:%M:%S%z}  {result:g}  [{quality}]")
    before = [row for row in around if row[0] < now[0]]
    after = [row for row in around if row[0] > now[0]]
    if before and after and tests is not None:
        mean = (before[-1][1] + after[0][1]) / 2
        lines.append(text("qc.spike", off=f"{abs(now[1] - mean):g}"))
    if before:
        seconds = (now[0] - before[-1][0]).total_seconds()
        lines.append(text("qc.rate", rate=f"{abs(now[1] - before[-1][1]) / seconds:g}"))
    return lines
