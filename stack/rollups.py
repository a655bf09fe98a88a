"""``falaj rollups verify``: whether roll-ups are what the observations say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from citycore.clock import EPOCH
from stack.joining import hub_connection, join_running_hub
from stack.texts import text

if TYPE_CHECKING:
    from ingest.verifying import Difference

rollups_app = typer.Typer(help=text("help.rollups"), no_args_is_help=True)


@rollups_app.callback()
def _rollups() -> None:
    """A group of commands, although it has only one yet."""


@rollups_app.command("verify", help=text("help.rollups_verify"))
def verify(
    start: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help=text("help.rollups_from"))
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="TIME", help=text("help.rollups_to"))] = None,
    datastream: Annotated[int | None, typer.Option(min=1, help=text("help.rollups_datastream"))] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help=text("help.rollups_limit"))] = 100,
) -> None:
    from ingest.verifying import Verification

    since, until = _instant(start), _instant(end)
    join_running_hub()
    shown = 0
    with hub_connection(lambda store: store.worker_url, "falaj-rollups-verify") as connection:
        verification = Verification(connection, since, until, datastream)
        for one in verification.differences():
            if shown < limit:
                typer.echo(_line(one))
            shown += 1
    tally = verification.tally
    if shown > limit:
        typer.echo(text("rollups.more", count=shown - limit))
    typer.echo(
        text(
            "rollups.verified",
            compared=tally.compared,
            different=len(tally.different),
            waiting=tally.waiting,
            aside=tally.aside,
            archived=tally.archived,
        )
    )
    raise typer.Exit(1 if shown else 0)


def _instant(given: str | None) -> datetime | None:
    from citycore.intervals import parse_instant

    if given is None:
        return None
    try:
        return parse_instant(given)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _line(one: Difference) -> str:
    return text(
        "rollups.difference"
        if one.field
        else "rollups.row_missing"
        if one.kept is None
        else "rollups.row_surplus",
        datastream=one.datastream,
        bucket=text(f"rollups.width_{one.seconds}"),
        start=f"{EPOCH + timedelta(seconds=one.bucket_epoch):%Y-%m-%dT%H:%M:%SZ}",
        field=one.field or "",
        kept=_figure(one.kept),
        computed=_figure(one.computed),
    )


def _figure(value: object) -> str:
    return text("rollups.nothing") if value is None else f"{value}"
