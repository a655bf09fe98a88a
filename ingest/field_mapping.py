"""From one message of a source to a table of its fields, with a guess where nobody said what a field is. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from msgspec import structs

from citycore.clock import moment_at
from citycore.registry.document import SourceEntry
from citycore.registry.field_table import TABLE_DECODER, Field, Table, compiled, names_field, topic_parts
from citycore.topics import PREFIX
from citycore.vocabulary import ObservedProperty
from ingest.decoders.json_fields import VALUE_NAMES, fields_of, rows_of
from ingest.decoders.model import Arrival, Limits
from ingest.decoders.reading import read_json, shown
from ingest.field_choices import read_choice
from ingest.field_guesses import (
    KNOWN,
    POSITION_TEXTS,
    FieldGuess,
    Role,
    each_of,
    guess_fields,
    may_be_measured,
    named_by_of,
    position_of_text,
    table_of,
    tell_apart,
    topics_of,
)
from ingest.model import Received
from ingest.settings import IngestSettings


@dataclass(frozen=True, slots=True)
class MappedMessage:
    """What each field of a message is, and the source with the table that says so."""

    fields: tuple[FieldGuess, ...]
    source: SourceEntry


class ChoiceUnreadable(ValueError):
    """A choice is of no field of the message, or says nothing that a field can be; ``field`` is its path."""

    def __init__(self, field: str, said: str) -> None:
        self.field, self.said = field, said
        super().__init__(f"{field}={said}")


def map_message(  # noqa: PLR0913, PLR0917 -- the message, its source, and what a person said of both
    source: SourceEntry,
    received: Received,
    properties: Mapping[str, ObservedProperty],
    settings: IngestSettings,
    choices: Mapping[str, str | FieldGuess],
    topics: Sequence[str] = (),
) -> MappedMessage:
    """What the source's table says stays; the rest is guessed, and ``choices`` (texts as :func:`read_choice` reads them, or read)
    go before both.

    :class:`ingest.decoders.model.Unreadable` for a message that is none, :class:`citycore.registry.field_table.TableFault` where
    the table contradicts itself, :class:`ChoiceUnreadable`.
    """
    before = source.codec or {} if source.decoder == TABLE_DECODER else {}
    table = compiled(before)
    topic = received.topic.removeprefix(f"{PREFIX}/{source.code}").removeprefix("/")
    document = _document(received.payload)
    named_by = table.named_by or named_by_of(document, properties)
    if not topics and not table.topics and not table.thing:
        is_value = named_by is None and _is_value(received.payload)
        topics = topics_of(topic, is_value=is_value, known=properties)
    patterns = tuple(tuple(each.split("/")) for each in topics) or table.topics
    by_topic = replace(table, topics=patterns)
    _, name = topic_parts(by_topic, topic)
    limits = Limits(
        settings.instants_per_message_max, settings.results_per_message_max, settings.text_characters_max
    )
    arrival = Arrival(
        topic, received.payload, _Nothing(), limits, before, moment_at(received.received_microseconds)
    )
    fields = fields_of(arrival, name, named_by=named_by, is_within=names_field(by_topic, topic))
    each = table.each if table.each is not None or named_by is not None else each_of(document)
    values, elements = rows_of(fields, each)
    for element in reversed(elements):
        values |= element
    found = _guessed(values, table, properties)
    chosen = {}
    for path, said in choices.items():
        if path not in values:
            raise ChoiceUnreadable(path, str(said))
        if isinstance(said, FieldGuess):
            chosen[path] = said
            continue
        try:
            chosen[path] = read_choice(next(each for each in found if each.path == path), said)
        except ValueError as error:
            raise ChoiceUnreadable(path, said) from error
    found = [chosen.get(each.path, each) for each in found]
    codec = _merged(before, table_of(each for each in found if each.reason != KNOWN), topics, table, found)
    if named_by is not None:
        codec["named_by"] = named_by
    if each is not None:
        codec["each"] = each
    compiled(codec)
    return MappedMessage(tuple(found), structs.replace(source, decoder=TABLE_DECODER, codec=codec))


def _is_value(payload: bytes) -> bool:
    """Whether only the topic can name what was measured: a value alone, or a document whose number is called ``value``."""
    if payload.lstrip()[:1] not in {b"{", b"["}:
        return True
    document = _document(payload)
    if type(document) is not dict:
        return False
    numbers = [name for name, value in document.items() if may_be_measured(name, value)]
    return len(numbers) == 1 and numbers[0].lower() in VALUE_NAMES


def _document(payload: bytes) -> Any:
    """What a payload holds, None if it is no JSON document."""
    return read_json(payload) if payload.lstrip()[:1] in {b"{", b"["} else None


class _Nothing:
    """Remembers nothing: fields are only listed."""

    def get(self, key: str) -> Any:  # noqa: ARG002 -- as a memory is asked
        return None

    def put(self, key: str, value: Any) -> None:
        """Nothing is kept."""


def _guessed(
    values: Mapping[str, Any],
    table: Table,
    properties: Mapping[str, ObservedProperty],
) -> list[FieldGuess]:
    """What the table knows, told apart from what is guessed."""
    known: dict[str, FieldGuess] = {}
    for path, value in values.items():
        guess = _known(path, shown(value), table)
        if guess is not None:
            known[path] = guess
    others = {path: value for path, value in values.items() if path not in known}
    guesses = guess_fields(others, properties)
    roles = {each.role for each in known.values()}
    guesses = [
        replace(each, role="ignore", reason="name")
        if (each.role in {"time", "thing"} and each.role in roles)
        or (each.role in {"longitude", "latitude", *POSITION_TEXTS} and table.position is not None)
        else each
        for each in guesses
    ]
    elsewhere = {
        (field.observed_property, field.sensor)
        for path, field in table.fields.items()
        if field is not None and path not in values
    }
    told = {
        each.path: each for each in tell_apart([*known.values(), *guesses], values, properties, elsewhere)
    }
    return [known.get(path) or told[path] for path in values]


def _known(path: str, value: str, table: Table) -> FieldGuess | None:
    if path in table.thing:
        return FieldGuess(path, value, "thing", reason=KNOWN)
    if path == table.time:
        return FieldGuess(path, value, "time", reason=KNOWN)
    if table.position is not None and path in table.position:
        role = "longitude" if path == table.position[0] else "latitude"
        return FieldGuess(path, value, role, reason=KNOWN)  # type: ignore[arg-type]  # one of the roles
    if path == table.position_text:
        role = "latitude_longitude" if table.position == (f"{path}.1", f"{path}.0") else "longitude_latitude"
        return FieldGuess(path, value, role, reason=KNOWN)  # type: ignore[arg-type]  # one of the roles
    found = table.find(path)
    if found is None:
        return None
    return _of_field(path, value, found[0])


def _of_field(path: str, value: str, field: Field | None) -> FieldGuess:
    if field is None:
        return FieldGuess(path, value, "ignore", reason=KNOWN)
    return FieldGuess(
        path,
        value,
        "property",
        field.observed_property,
        field.unit,
        field.sensor,
        field.scale,
        field.is_counter,
        field.labels,
        KNOWN,
        missing=tuple(sorted(field.missing, key=lambda each: (isinstance(each, str), each))),
        model=field.model,
    )


def _merged(
    before: Mapping[str, Any],
    guessed: Mapping[str, Any],
    topics: Sequence[str],
    table: Table,
    found: list[FieldGuess],
) -> dict[str, Any]:
    """The table of before with what was guessed and chosen beside it; a field has one role.

    A field whose role was changed has the one of before no more, also where the preset gave it.
    """
    role_of = {each.path: each.role for each in found}
    roles = {path for path, role in role_of.items() if role not in {"property", "ignore", "unknown"}}
    fields = {**before.get("fields", {}), **guessed["fields"]}
    codec = {
        **before,
        **guessed,
        "fields": {path: said for path, said in fields.items() if path not in roles},
    }
    if table.time is not None and role_of.get(table.time, "time") != "time":
        codec["time"] = guessed.get("time")
    stays = [path for path in table.thing if role_of.get(path, "thing") == "thing"]
    things = [*stays, *(path for path in guessed.get("thing", ()) if path not in stays)]
    if table.thing and things != list(table.thing):
        codec["thing"] = things
    if table.position is not None:
        places: tuple[Role, Role] = ("longitude", "latitude")
        half: dict[Any, str] = {role: path for path, role in role_of.items() if role in places}
        texts = [each for each in found if each.role in POSITION_TEXTS]
        if texts:
            half = {**position_of_text(texts[0])}
        is_gone = not texts and table.position_text in role_of
        for role, path in zip(places, table.position, strict=True):
            if role_of.get(path, role) == role and not is_gone:
                half.setdefault(role, path)
        position = [half[role] for role in places] if len(half) == len(places) else []
        if position != list(table.position):
            codec["position"] = position
    if (topics and not codec.get("thing") and not table.thing) or (
        topics and any("{field}" in each for each in topics)
    ):
        codec["topics"] = list(topics)
    return codec
