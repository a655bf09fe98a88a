"""``falaj archive``: closed days outside the store, looked at, verified and put back by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from stack.joining import hub_connection, join_running_hub
from stack.texts import text

if TYPE_CHECKING:
    from ingest.archive.model import Part
    from ingest.archive.service import Archive

archive_app = typer.Typer(help=text("help.archive"), no_args_is_help=True)
#: What the worker ends its own runs with, too: the rest is done.
SET_ASIDE = 3

Dataset = Annotated[str | None, typer.Option("--dataset", metavar="CODE", help=text("help.archive_dataset"))]
Sector = Annotated[str | None, typer.Option("--sector", metavar="CODE", help=text("help.archive_sector"))]
First = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help=text("help.archive_from"))
]
Last = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help=text("help.archive_to"))]


@archive_app.command("run", help=text("help.archive_run"))
def run() -> None:
    with _archive() as archive:
        report = archive.run()
    if report.is_busy:
        typer.echo(text("archive.busy"))
        raise typer.Exit(SET_ASIDE)
    typer.echo(
        text(
            "archive.done",
            written=report.written + report.unchanged,
            let_go=report.let_go,
            restored=report.restored,
            chunks=report.chunks_dropped,
            failed=report.failed,
        )
    )
    raise typer.Exit(SET_ASIDE if report.failed or report.damaged else 0)


@archive_app.command("list", help=text("help.archive_list"))
def list_parts(
    dataset: Dataset = None, sector: Sector = None, first: First = None, last: Last = None
) -> None:
    with _archive() as archive:
        found = archive.find(dataset, sector, _day(first), _day(last))
    for part in sorted(found, key=lambda one: (one.local_date, one.dataset, one.sector)):
        typer.echo(_line(part))
    gone = [part for part in found if part.let_go_at is not None]
    typer.echo(
        text(
            "archive.listed",
            parts=len(found),
            rows=sum(part.row_count for part in found),
            mib=f"{sum(part.byte_count for part in found) / 2**20:,.1f}",
            gone=len(gone),
            damaged=sum(part.damage is not None for part in found),
        )
    )


@archive_app.command("verify", help=text("help.archive_verify"))
def verify(dataset: Dataset = None, sector: Sector = None, first: First = None, last: Last = None) -> None:
    with _archive() as archive:
        found = archive.find(dataset, sector, _day(first), _day(last))
        damaged = [part for part in found if not archive.look_at(part, whole=True)]
    for part in damaged:
        typer.echo(text("archive.damaged" if part.let_go_at else "archive.damaged_here", part=part.name))
    typer.echo(text("archive.verified", parts=len(found), damaged=len(damaged)))
    raise typer.Exit(1 if damaged else 0)


@archive_app.command("restore", help=text("help.archive_restore"))
def restore(
    dataset: Annotated[str, typer.Argument(help=text("help.archive_dataset"))],
    first: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help=text("help.archive_from"))],
    last: Annotated[
        datetime | None, typer.Argument(formats=["%Y-%m-%d"], help=text("help.archive_to"))
    ] = None,
    sector: Sector = None,
) -> None:
    from citycore.clock import system_clock

    with _archive() as archive:
        keep_until = system_clock() + timedelta(days=archive.settings.keep_restored_days)
        done = archive.restore_by_hand(dataset, sector, (first.date(), (last or first).date()), keep_until)
    for part, reason in done.failed:
        typer.echo(text("archive.not_restored", part=part.name, reason=reason))
    typer.echo(
        text(
            "archive.restored",
            parts=len(done.restored),
            rows=sum(part.row_count for part in done.restored),
            until=f"{keep_until:%Y-%m-%d %H:%M}",
        )
    )
    raise typer.Exit(1 if done.failed or not done.restored else 0)


@contextmanager
def _archive() -> Iterator[Archive]:
    from citycore.archive.place import Place
    from citycore.archive.settings import ArchivePlaceSettings
    from citycore.clock import system_clock
    from ingest.archive.service import Archive
    from ingest.archive.settings import ArchiveSettings

    join_running_hub()
    with hub_connection(lambda store: store.worker_url, "falaj-archive-command") as connection:
        yield Archive(connection, Place(ArchivePlaceSettings()), ArchiveSettings(), system_clock)


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()


def _line(part: Part) -> str:
    state = "damaged" if part.damage else "archive" if part.let_go_at else "both"
    return text(
        "archive.part",
        part=part.name,
        rows=part.row_count,
        version=part.version,
        bytes=part.byte_count,
        state=text(f"archive.state_{state}"),
    )
