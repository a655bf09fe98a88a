"""``falaj registry …``, ``falaj properties …``, ``falaj sources …``: the registry at the command line."""

from __future__ import annotations

import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stack.joining import hub_connection, join_running_hub
from stack.texts import text

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from citycore.registry.document import Document, SourceEntry
    from citycore.registry.service import Changes
    from citycore.store.connections import Connection
    from ingest.field_guesses import FieldGuess
    from ingest.field_mapping import MappedMessage
    from ingest.trying import Outcome

registry_app = typer.Typer(help=text("help.registry"), no_args_is_help=True)
properties_app = typer.Typer(help=text("help.properties"), no_args_is_help=True)
sources_app = typer.Typer(help=text("help.sources"), no_args_is_help=True)


class Form(StrEnum):
    """How a registry is written."""

    YAML = "yaml"
    CSV = "csv"


File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=text("help.registry_file"))]


class ReviewDecision(StrEnum):
    """What can be decided about a source that somebody but the operator has made."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    TAKEN_OUT = "taken_out"


SourceCode = Annotated[str, typer.Argument(help=text("help.sources_code"))]


@registry_app.command("import", help=text("help.registry_import"))
def import_registry(
    file: File,
    source: Annotated[str | None, typer.Option(help=text("help.registry_source"))] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=text("help.registry_dry_run"))] = False,
) -> None:
    written = _read(file)
    with _store() as connection:
        document = _things_table(connection, written, source) if file.suffix == ".csv" else _document(written)
        changes = _apply(connection, document, is_trial=dry_run)
    _tell(changes, "registry.possible" if dry_run else "registry.applied", file)


@registry_app.command("export", help=text("help.registry_export"))
def export_registry(
    source: Annotated[str | None, typer.Option(help=text("help.registry_source"))] = None,
    form: Annotated[Form, typer.Option("--format", help=text("help.registry_format"))] = Form.YAML,
) -> None:
    from citycore.registry.document import write_csv, write_yaml
    from citycore.registry.service import describe

    with _store() as connection:
        document = describe(connection, source)
    sys.stdout.write(write_yaml(document) if form is Form.YAML else write_csv(document.sources))


@properties_app.command("list", help=text("help.properties_list"))
def list_properties(
    near: Annotated[str | None, typer.Option(help=text("help.properties_near"))] = None,
    sector: Annotated[str | None, typer.Option(help=text("help.properties_sector"))] = None,
) -> None:
    from citycore.store.described import stored_properties
    from citycore.vocabulary import nearest

    with _store() as connection:
        known = stored_properties(connection)
    codes = nearest(near, known) if near is not None else sorted(known)
    for code in codes:
        each = known[code]
        if sector is None or each.sector == sector:
            typer.echo(f"{code}\t{each.unit}\t{each.sector}\t{each.name_en}\t{each.name_ar}")


@properties_app.command("add", help=text("help.properties_add"))
def add_property(  # noqa: PLR0913, PLR0917 -- each is an option of the command
    code: Annotated[str, typer.Argument(help=text("help.properties_code"))],
    name_en: Annotated[str, typer.Option(help=text("help.properties_name_en"))],
    name_ar: Annotated[str, typer.Option(help=text("help.properties_name_ar"))],
    sector: Annotated[str, typer.Option(help=text("help.properties_sector"))],
    unit: Annotated[str, typer.Option(help=text("help.properties_unit"))],
    lower_bound: Annotated[float | None, typer.Option(help=text("help.properties_bound"))] = None,
    upper_bound: Annotated[float | None, typer.Option(help=text("help.properties_bound"))] = None,
    alias: Annotated[list[str] | None, typer.Option(help=text("help.properties_alias"))] = None,
) -> None:
    from citycore.registry.document import Document
    from citycore.vocabulary import ObservedProperty

    entry = ObservedProperty(
        code=code,
        name_en=name_en,
        name_ar=name_ar,
        sector=sector,
        unit=unit,
        lower_bound=lower_bound,
        upper_bound=upper_bound,
        aliases=tuple(alias or ()),
    )
    with _store() as connection:
        changes = _apply(connection, Document(observed_properties=[entry]))
    _tell(changes, "registry.applied", code)


@sources_app.command("list", help=text("help.sources_list"))
def list_sources() -> None:
    from citycore.registry.service import describe

    with _store() as connection:
        sources = describe(connection).sources
    for each in sources:
        typer.echo(
            "\t".join((each.code, each.decoder, str(len(each.things)), each.owner or "", each.name_en))
        )


@sources_app.command("review", help=text("help.sources_review"))
def review_source(
    code: SourceCode,
    decision: Annotated[ReviewDecision, typer.Argument(help=text("help.sources_decision"))],
    reason: Annotated[str, typer.Option(help=text("help.sources_reason"))],
) -> None:
    from citycore.clock import system_clock
    from citycore.registry.reviews import Decided, decide

    with _store() as connection, connection.transaction():
        decide(connection, code, Decided(decision.value, reason, "command", system_clock()))
    typer.echo(text(f"registry.review_{decision.value}", code=code))


@sources_app.command("formats", help=text("help.sources_formats"))
def list_formats() -> None:
    from ingest.decoders import find_decoder, known

    for code in known():
        decoder = find_decoder(code)
        if decoder is not None:
            typer.echo("\t".join((code, decoder.name, " ".join(decoder.topics))))


@sources_app.command("presets", help=text("help.sources_presets"))
def list_presets() -> None:
    from citycore.registry.field_table import presets, read_preset

    for name in presets():
        typer.echo(f"{name}\t{read_preset(name)['title']}")


@sources_app.command("add", help=text("help.sources_add"))
def add_source(  # noqa: PLR0913, PLR0917 -- each is an option of the command
    code: SourceCode,
    decoder: Annotated[str, typer.Option(help=text("help.sources_decoder"))],
    name_en: Annotated[str | None, typer.Option(help=text("help.properties_name_en"))] = None,
    name_ar: Annotated[str | None, typer.Option(help=text("help.properties_name_ar"))] = None,
    zone: Annotated[str | None, typer.Option(help=text("help.sources_zone"))] = None,
    preset: Annotated[str | None, typer.Option(help=text("help.sources_preset"))] = None,
    topic_filter: Annotated[list[str] | None, typer.Option(help=text("help.sources_filter"))] = None,
    *,
    receive_time: Annotated[
        bool, typer.Option("--receive-time", help=text("help.sources_receive_time"))
    ] = False,
) -> None:
    from citycore.registry.document import Document, SourceEntry
    from citycore.registry.field_table import TableFault, compiled

    codec = None if preset is None else {"preset": preset}
    try:
        if codec is not None:
            compiled(codec)
    except TableFault as fault:
        raise typer.BadParameter(str(fault)) from fault
    entry = SourceEntry(
        code=code,
        codec=codec,
        name_en=name_en or code,
        name_ar=name_ar or name_en or code,
        decoder=decoder,
        zone=zone,
        topic_filters=topic_filter or [],
        time_policy="receive_time" if receive_time else "reject",
    )
    with _store() as connection:
        changes = _apply(connection, Document(sources=[entry]))
    _tell(changes, "registry.applied", code)


@sources_app.command("try", help=text("help.sources_try"))
def try_source(
    source: SourceCode,
    payload: Annotated[Path, typer.Argument(help=text("help.sources_payload"))],
    topic: Annotated[str, typer.Option(help=text("help.sources_topic"))] = "",
    decoder: Annotated[str | None, typer.Option(help=text("help.sources_decoder"))] = None,
    *,
    accept: Annotated[bool, typer.Option("--accept", help=text("help.sources_accept"))] = False,
) -> None:
    from citycore.store.described import stored_properties
    from ingest.notes import remembered_of
    from ingest.trying import try_message

    with _store() as connection:
        entry = _source(connection, source, decoder)
        received = _received(
            source, topic, sys.stdin.buffer.read() if str(payload) == "-" else payload.read_bytes()
        )
        recall = partial(remembered_of, connection, source)
        outcome = try_message(entry, received, stored_properties(connection), _ingest_settings(), recall)
        _show(outcome)
        if not accept:
            raise typer.Exit(0 if outcome.values or outcome.remark else 1)
        changes = _apply(connection, outcome.proposal)
    _tell(changes, "registry.applied", source)
    _replay(source)


@sources_app.command("map", help=text("help.sources_map"))
def map_source(  # noqa: PLR0913, PLR0917 -- each is an option of the command
    source: SourceCode,
    payload: Annotated[Path | None, typer.Argument(help=text("help.sources_map_payload"))] = None,
    topic: Annotated[str, typer.Option(help=text("help.sources_topic"))] = "",
    choose: Annotated[list[str] | None, typer.Option("--set", help=text("help.sources_set"))] = None,
    topics: Annotated[list[str] | None, typer.Option(help=text("help.sources_topics"))] = None,
    preset: Annotated[str | None, typer.Option(help=text("help.sources_preset"))] = None,
    zone: Annotated[str | None, typer.Option(help=text("help.sources_zone"))] = None,
    *,
    yaml: Annotated[bool, typer.Option("--yaml", help=text("help.sources_yaml"))] = False,
    save: Annotated[bool, typer.Option("--save", help=text("help.sources_save"))] = False,
) -> None:
    from msgspec.structs import replace

    from citycore.registry.document import Document, write_yaml
    from citycore.registry.field_table import TABLE_DECODER, TableFault
    from citycore.registry.owned import find_waiting_ids
    from citycore.store.described import stored_properties
    from ingest.decoders.model import Unreadable
    from ingest.field_mapping import ChoiceUnreadable, map_message
    from ingest.notes import remembered_of
    from ingest.trying import try_message

    choices = _choices(choose or [])
    with _store() as connection:
        entry = _source(connection, source, TABLE_DECODER)
        entry = replace(entry, zone=zone or entry.zone)
        if preset is not None:
            polled = {name: said for name, said in (entry.codec or {}).items() if name == "poll"}
            entry = replace(entry, codec={**polled, "preset": preset})
        received = _message_of(connection, source, payload, topic)
        properties, settings = stored_properties(connection), _ingest_settings()
        try:
            mapped = map_message(entry, received, properties, settings, choices, topics or ())
        except ChoiceUnreadable as error:
            raise typer.BadParameter(
                text("registry.choice_unreadable", field=error.field, said=error.said)
            ) from error
        except (TableFault, Unreadable) as error:
            typer.echo(text("registry.no_table", detail=str(error)), err=True)
            raise typer.Exit(1) from error
        recall = partial(remembered_of, connection, source)
        outcome = try_message(mapped.source, received, properties, settings, recall)
        if yaml:
            sys.stdout.write(write_yaml(Document(sources=[replace(mapped.source, things=[])])))
        else:
            _show_fields(mapped)
            _show(outcome)
        changes = _apply(connection, outcome.proposal, is_trial=not save)
        if not save:
            raise typer.Exit(0)
        waits = bool(find_waiting_ids(connection, source, 1))
    _tell(changes, "registry.applied", source)
    if waits:
        _replay(source)


def _choices(said: list[str]) -> dict[str, str]:
    """What was chosen for each field; a field that is named twice is refused."""
    from ingest.field_choices import split_choice

    choices: dict[str, str] = {}
    for each in said:
        field, meaning = split_choice(each)
        if not field or field in choices:
            raise typer.BadParameter(text("registry.choice_unreadable", field=field or each, said=meaning))
        choices[field] = meaning
    return choices


def _message_of(connection: Connection, source: str, payload: Path | None, topic: str) -> Any:
    """What was pasted, or the newest message of the source that waits to be mapped."""
    from citycore.registry.owned import MENDED_BY_MAPPING, find_newest_letters

    if payload is not None:
        sent = sys.stdin.buffer.read() if str(payload) == "-" else payload.read_bytes()
        return _received(source, topic, sent)
    letters = find_newest_letters(connection, source, 1, MENDED_BY_MAPPING)
    if not letters:
        typer.echo(text("registry.nothing_waits", code=source), err=True)
        raise typer.Exit(1)
    return _received(source, letters[0].topic, letters[0].payload)


def _show_fields(mapped: MappedMessage) -> None:
    """Each field with what it is, and by what that was guessed."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, markup=False)
    table = Table()
    has_details = any(_details_of(each) for each in mapped.fields)
    for name in ("field", "value", "meaning", "unit", *(["details"] if has_details else []), "reason"):
        table.add_column(text(f"registry.{name}"), overflow="fold")
    for each in mapped.fields:
        meaning = each.role if each.observed_property is None else each.observed_property
        if each.sensor:
            meaning = f"{meaning}/{each.sensor}"
        unit = "" if each.unit is None else each.unit
        near = f" {', '.join(each.near)}?" if each.near else ""
        reason = text(f"registry.guessed.{each.reason.replace(' ', '_')}") if each.reason else ""
        details = [_details_of(each)] if has_details else []
        table.add_row(each.path, each.value, meaning, unit, *details, f"{reason}{near}".strip())
    console.print(table)
    if any(each.role == "unknown" for each in mapped.fields):
        typer.echo(text("registry.fields_unknown"))


def _details_of(guess: FieldGuess) -> str:
    """What ``--set`` may say of a field behind its unit, as it would say it."""
    from citycore.registry.field_texts import write_factor, write_labels, write_values

    details = {
        "scale": write_factor(guess.scale),
        "missing": write_values(guess.missing),
        "labels": write_labels(guess.labels or {}),
        "model": guess.model or "",
    }
    said = [f"{name}={written}" for name, written in details.items() if written]
    return " ".join(["counter"] * guess.is_counter + said)


def _replay(source: str) -> None:
    """What waited for the things that are registered now."""
    from citycore.dead_letters.model import Selection
    from stack.dead_letters.work import replay

    replay(Selection(source=source, status="open"))


def _source(connection: Connection, code: str, decoder: str | None) -> SourceEntry:
    """As it is registered, or as it would be with this decoder."""
    from msgspec.structs import replace

    from citycore.registry.document import SourceEntry
    from citycore.registry.errors import SourceNotFound
    from citycore.registry.service import describe

    sources = describe(connection, code).sources
    if sources:
        return replace(sources[0], decoder=decoder or sources[0].decoder)
    if decoder is None:
        raise SourceNotFound(source=code)
    return SourceEntry(code=code, name_en=code, name_ar=code, decoder=decoder, time_policy="receive_time")


def _received(source: str, topic: str, payload: bytes) -> Any:
    import time

    from citycore.topics import PREFIX
    from ingest.model import Received

    whole = topic if topic.startswith(f"{PREFIX}/") else f"{PREFIX}/{source}/{topic}".rstrip("/")
    return Received(whole, payload, time.time_ns() // 1000, retained=False, ticket=(0, 0))


def _ingest_settings() -> Any:
    from ingest.settings import IngestSettings

    return IngestSettings()


def _show(outcome: Outcome) -> None:
    from rich.console import Console
    from rich.table import Table

    # Units have brackets ([ppm]) that are no markup, and a name that was cut short names nothing.
    console = Console(highlight=False, markup=False)
    table = Table()
    for name in ("thing", "datastream", "time", "result", "sent", "quality"):
        table.add_column(text(f"registry.{name}"), overflow="fold")
    for value in outcome.values:
        sent = "" if value.sent_unit is None else f"{value.sent_unit} × {value.factor:g} + {value.shift:g}"
        quality = " ".join((str(value.quality), *value.tests))
        table.add_row(
            value.thing,
            value.datastream,
            f"{value.time:%Y-%m-%dT%H:%M:%SZ}",
            f"{value.result} {value.unit}",
            sent,
            quality,
        )
    if outcome.values:
        console.print(table)
    for refused in outcome.refused:
        typer.echo(text("registry.refused", reason=refused.reason, detail=refused.detail))
    if outcome.remark is not None:
        typer.echo(text("registry.remark", remark=outcome.remark))


def _read(file: Path) -> str:
    from citycore.errors import InvalidFile

    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidFile(file=file, line=1, reason=str(error)) from error


def _document(written: str) -> Document:
    from citycore.registry.document import read_text

    return read_text(written)


def _things_table(connection: Connection, written: str, source: str | None) -> Document:
    """Things out of a table, for sources that are there already."""
    from msgspec.structs import replace

    from citycore.registry.document import Document, read_csv
    from citycore.registry.errors import SourceNotFound
    from citycore.registry.service import describe

    entries = []
    for named, things in read_csv(written).items():
        code = named or source or ""
        known = describe(connection, code).sources if code else []
        if not known:
            raise SourceNotFound(source=code)
        entries.append(replace(known[0], things=things))
    return Document(sources=entries)


def _apply(connection: Connection, document: Document, *, is_trial: bool = False) -> Changes:
    from citycore.clock import system_clock
    from citycore.registry.service import Keeper, apply
    from ingest.decoders import known

    return apply(connection, document, system_clock(), Keeper(decoders=known()), is_trial=is_trial)


def _tell(changes: Changes, key: str, what: object) -> None:
    typer.echo(text(key, what=what))
    for kind, count in sorted(changes.described.items()):
        typer.echo(
            text("registry.count", kind=text(f"registry.kind.{kind}"), count=count, new=changes.new[kind])
        )


def _store() -> AbstractContextManager[Connection]:
    join_running_hub()
    return hub_connection(lambda store: store.registry_url, "falaj-registry")
