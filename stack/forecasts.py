"""``falaj forecast …``: issue forecasts by hand, test all candidates on the past, and say why one is shown."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stack.joining import hub_connection, join_running_hub
from stack.texts import choose_language, text

if TYPE_CHECKING:
    from citycore.store.connections import Connection
    from forecasting.service import Bench

forecast_app = typer.Typer(help=text("help.forecast"), no_args_is_help=True)

Datastream = Annotated[int | None, typer.Option("--datastream", min=1, help=text("help.forecast_datastream"))]
Property = Annotated[str | None, typer.Option("--property", help=text("help.forecast_property"))]
#: What is asked for could not be done, at least in part.
SET_ASIDE = 3


@forecast_app.command("run", help=text("help.forecast_run"))
def run(
    datastream: Datastream = None,
    observed_property: Property = None,
    study: Annotated[bool, typer.Option("--study", help=text("help.forecast_study"))] = False,
) -> None:
    from forecasting.service import issue_due, issue_now, study_due, study_now

    with _connection() as connection:
        wanted = _wanted(connection, datastream, observed_property)
        if study:
            with _bench(connection, text("forecast.studying"), len(wanted or ())) as bench:
                studied = study_now(bench, wanted) if wanted is not None else study_due(bench)
            typer.echo(text("forecast.studied", studied=studied.studied, failed=studied.failed))
        with _bench(connection, text("forecast.issuing"), len(wanted or ())) as bench:
            issued = issue_now(bench, wanted) if wanted is not None else issue_due(bench)
    typer.echo(text("forecast.issued", issued=issued.issued, failed=issued.failed))
    raise typer.Exit(SET_ASIDE if issued.failed else 0)


@forecast_app.command("backtest", help=text("help.forecast_backtest"))
def backtest(
    datastream: Datastream = None,
    observed_property: Property = None,
    kept: Annotated[bool, typer.Option("--kept", help=text("help.forecast_kept"))] = False,
    file: Annotated[
        Path | None, typer.Option("--json", dir_okay=False, help=text("help.forecast_json"))
    ] = None,
) -> None:
    from forecasting.repository import read_studies
    from forecasting.service import study_now

    with _connection() as connection:
        wanted = _wanted(connection, datastream, observed_property)
        if not wanted:
            raise typer.BadParameter(text("forecast.name_one"))
        if not kept:
            with _bench(connection, text("forecast.studying"), len(wanted)) as bench:
                study_now(bench, wanted)
        studies = read_studies(connection, wanted)
    if file is not None:
        file.write_text(json.dumps({str(number): study for number, study in studies.items()}), "utf-8")
    _print_scores(studies)
    raise typer.Exit(0 if studies else SET_ASIDE)


@forecast_app.command("explain", help=text("help.forecast_explain"))
def explain(
    datastream: Annotated[int, typer.Argument(min=1, help=text("help.forecast_datastream"))],
) -> None:
    from citycore.errors import NotFound
    from citycore.forecasts.words import Told, come_true, explained
    from forecasting.repository import read_outcome, read_told

    language = choose_language(os.environ)
    with _connection() as connection:
        found = read_told(connection, datastream)
        if found is None:
            raise NotFound(what=text("forecast.noun"), name=datastream)
        outcome = read_outcome(connection, datastream)
    told = Told(
        model=found.model,
        baseline=found.baseline,
        skill=found.skill,
        backtest_origins=found.backtest_origins,
        fallback_reason=found.fallback_reason,
        is_provisional=found.is_provisional,
        choice=found.choice,
        levels=found.levels,
    )
    typer.echo(
        text("forecast.of", thing=found.thing, datastream=datastream, origin=f"{found.origin:%F %H:%M}Z")
    )
    for line in (*explained(told, language), *come_true(outcome, found.baseline, language)):
        typer.echo(line)


def _connection() -> Any:
    from citycore.store.connections import ACCEPTED_ONLY

    join_running_hub()
    return hub_connection(lambda store: store.worker_url, "falaj-forecast", ACCEPTED_ONLY)


def _wanted(
    connection: Connection, datastream: int | None, observed_property: str | None
) -> list[int] | None:
    """The datastreams that are named; None: whatever is due."""
    from citycore.errors import NotFound
    from forecasting.repository import read_datastreams_of

    if datastream is not None:
        return [datastream]
    if observed_property is None:
        return None
    found = read_datastreams_of(connection, observed_property)
    if not found:
        raise NotFound(what=text("forecast.property"), name=observed_property)
    return found


@contextmanager
def _bench(connection: Connection, title: str, total: int) -> Iterator[Bench]:
    """Where the work is done, with a bar of how much of it is."""
    from citycore.clock import system_clock
    from forecasting.repository import Limits
    from forecasting.running.opening import open_runner
    from forecasting.running.settings import DaskSettings, RunningSettings, ServingSettings
    from forecasting.service import Bench
    from forecasting.settings import ForecastSettings

    running = RunningSettings()
    with open_runner(running, DaskSettings()) as runner, _bar(title, total) as on_progress:
        limits = Limits(ForecastSettings(), ServingSettings())
        yield Bench(connection, runner, system_clock, limits, running, on_progress)


@contextmanager
def _bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(highlight=False, stderr=True)
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with progress:
        task = progress.add_task(title, total=total or None)
        yield lambda series: progress.advance(task, series)


def _print_scores(studies: dict[int, dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    from citycore.forecasts.words import model_name

    language = choose_language(os.environ)
    console = Console(highlight=False, markup=False)
    if not studies:
        console.print(text("forecast.no_studies"))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("datastream", "model", "mae", "skill", "coverage", "served"):
        table.add_column(text(f"forecast.column_{column}"), overflow="fold")
    for number, study in sorted(studies.items()):
        for score in _ranked(study["scores"]):
            is_served = score["model"] == study["choice"]["model"]
            table.add_row(
                str(number),
                model_name(score["model"], language),
                score["failure"] if score["mae"] is None else f"{score['mae']:.4g}",
                _share(score["skill"]),
                " ".join(_share(_covered(score["blocks"], level)) for level in ("50", "80", "95")),
                text("forecast.is_served") if is_served else "",
            )
    console.print(table)


def _ranked(scores: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The best first; what failed last."""
    return sorted(scores, key=lambda one: (one["mae"] is None, one["mae"] or 0.0))


def _covered(blocks: Sequence[dict[str, Any]], level: str) -> float | None:
    """Over the whole horizon: blocks count by their hours."""
    known = [
        (one["scored_hours"], one["coverage"][level]) for one in blocks if one["coverage"][level] is not None
    ]
    hours = sum(count for count, _ in known)
    return sum(count * share for count, share in known) / hours if hours else None


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.2f}"
