"""``falaj transport …``: schedules (GTFS) at the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stack.joining import hub_connection, join_running_hub
from stack.texts import choose_language, text

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from citycore.store.connections import Connection

transport_app = typer.Typer(help=text("help.transport"), no_args_is_help=True)


@transport_app.command("load", help=text("help.transport_load"))
def load_schedule(
    path: Annotated[Path, typer.Argument(exists=True, help=text("help.transport_path"))],
    source: Annotated[str, typer.Option(help=text("help.transport_source"))],
) -> None:
    from citycore.clock import system_clock
    from citycore.transport.errors import FeedInvalid
    from citycore.transport.gtfs import read_feed
    from citycore.transport.service import load
    from citycore.transport.settings import FeedSettings

    settings = FeedSettings()
    try:
        feed = read_feed(path, settings)
    except FeedInvalid as error:
        # The first stands in the error itself.
        for fault in error.faults[1:]:
            typer.echo(fault.text(choose_language(os.environ)), err=True)
        raise
    with _store() as connection:
        is_new = load(connection, source, feed, settings, system_clock())
    counts = {"trips": len(feed.trips), "stops": len(feed.stops)}
    days = {"first": min(feed.days), "last": max(feed.days)}
    typer.echo(text("transport.loaded" if is_new else "transport.known", source=source, **counts, **days))


@transport_app.command("list", help=text("help.transport_list"))
def list_schedules() -> None:
    from citycore.transport.service import feeds

    with _store() as connection:
        for feed in feeds(connection):
            days = f"{feed.valid_from}/{feed.valid_until}"
            loaded = f"{feed.loaded_at:%Y-%m-%dT%H:%MZ}"
            cells = (feed.source, feed.digest[:12], feed.agency, days, feed.routes, feed.trips, loaded)
            typer.echo("\t".join(map(str, cells)))


def _store() -> AbstractContextManager[Connection]:
    join_running_hub()
    return hub_connection(lambda store: store.registry_url, "falaj-transport")
