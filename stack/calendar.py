"""``falaj calendar …``: what kind of day a date is, at the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citycore.calendar.model import HOME, EntryKind
from stack.joining import hub_connection, join_running_hub
from stack.texts import choose_language, text

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from citycore.calendar.model import Key
    from citycore.language import Language
    from citycore.store.connections import Connection

calendar_app = typer.Typer(help=text("help.calendar"), no_args_is_help=True)
Day = Annotated[str, typer.Argument(help=text("help.calendar_day"))]
Kind = Annotated[EntryKind, typer.Option("--kind", help=text("help.calendar_kind"))]
Country = Annotated[str, typer.Option("--country", help=text("help.calendar_country"))]
Source = Annotated[str | None, typer.Option("--source", help=text("help.calendar_source"))]


@calendar_app.command("list", help=text("help.calendar_list"))
def list_days(
    year: Annotated[int | None, typer.Option("--year", help=text("help.calendar_year"))] = None,
    country: Country = HOME,
) -> None:
    from citycore.calendar.rules import entries_of
    from citycore.calendar.service import own_entries
    from citycore.clock import CITY_ZONE, system_clock

    with _store() as connection:
        own = own_entries(connection)
    for one in entries_of(own, country, year or system_clock().astimezone(CITY_ZONE).year):
        state = text("calendar.confirmed" if one.is_confirmed else "calendar.estimated")
        days = (one.starts_on.isoformat(), one.ends_on.isoformat())
        typer.echo("\t".join((*days, one.kind, state, one.name_en, one.name_ar, one.source)))


@calendar_app.command("add", help=text("help.calendar_add"))
def add(
    days: Annotated[str, typer.Argument(help=text("help.calendar_days"))],
    kind: Kind = EntryKind.HOLIDAY,
    names: Annotated[
        tuple[str, str] | None, typer.Option("--names", help=text("help.calendar_names"))
    ] = None,
    source: Source = None,
    confirmed: Annotated[bool, typer.Option("--confirmed", help=text("help.calendar_confirmed"))] = False,
) -> None:
    from citycore.calendar.document import day_of
    from citycore.calendar.model import Entry
    from citycore.calendar.service import keep
    from citycore.calendar.settings import CalendarSettings

    first, _, last = days.partition("/")
    arabic, english = names or (name_of(kind, "ar"), name_of(kind, "en"))
    entry = Entry(
        kind=kind,
        starts_on=day_of("starts_on", first),
        ends_on=day_of("ends_on", last or first),
        name_ar=arabic,
        name_en=english,
        is_confirmed=confirmed,
        source=source or text("calendar.operator"),
    )
    with _store() as connection:
        keep(connection, entry, CalendarSettings())
    typer.echo(text("calendar.kept", day=entry.starts_on, name=name_of(kind)))


@calendar_app.command("confirm", help=text("help.calendar_confirm"))
def confirm_entry(
    day: Day, kind: Kind = EntryKind.HOLIDAY, source: Source = None, country: Country = HOME
) -> None:
    from citycore.calendar.service import confirm
    from citycore.calendar.settings import CalendarSettings

    with _store() as connection:
        entry = confirm(connection, _key(country, kind, day), source, CalendarSettings())
    typer.echo(text("calendar.is_confirmed", day=entry.starts_on, name=name_of(kind)))


@calendar_app.command("remove", help=text("help.calendar_remove"))
def remove_entry(day: Day, kind: Kind = EntryKind.HOLIDAY, country: Country = HOME) -> None:
    from citycore.calendar.service import remove

    with _store() as connection:
        remove(connection, _key(country, kind, day))
    typer.echo(text("calendar.removed", day=day, name=name_of(kind)))


@calendar_app.command("import", help=text("help.calendar_import"))
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=text("help.calendar_file"))],
) -> None:
    from citycore.calendar.errors import CalendarEntryWrong
    from citycore.calendar.service import bring
    from citycore.calendar.settings import CalendarSettings

    settings = CalendarSettings()
    with file.open("rb") as opened:
        written = opened.read(settings.file_bytes_max + 1)
    try:
        words = written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CalendarEntryWrong("-", "no_text", line=1 + written[: error.start].count(b"\n")) from error
    with _store() as connection:
        brought = bring(connection, words, settings)
    typer.echo(text("calendar.brought", count=len(brought), file=file))


def name_of(kind: EntryKind, language: Language | None = None) -> str:
    """What a kind of day is called, in the language of the person at it unless another is named."""
    from citycore.language import catalogue

    return catalogue("citycore.calendar").text(f"kind.{kind}", language or choose_language(os.environ))


def _key(country: str, kind: EntryKind, day: str) -> Key:
    from citycore.calendar.document import day_of
    from citycore.calendar.model import Key

    return Key(country, kind, day_of("starts_on", day))


def _store() -> AbstractContextManager[Connection]:
    join_running_hub()
    return hub_connection(lambda store: store.registry_url, "falaj-calendar")
