"""JSON of any form, and one value a topic, by a table of the source: what each field is. Pure.

``{"fields": {"temp_c": {"property": "air_temperature", "unit": "Cel"}, "debug": null}, "thing": ["model", "id"], "time": "time",
"position": ["lon", "lat"], "topics": ["devices/{thing}/{field}"]}``, or ``{"preset": "rtl_433"}`` (``docs/formats.md``). A field that the
table does not have is refused and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl

from citycore.registry.field_table import Field, Table, TableFault, names_field, topic_parts
from citycore.registry.field_table import compiled as table_of
from ingest.decoders.gathering import Gathering, Instant
from ingest.decoders.model import Arrival, Decoded, Decoder, Remark, Unreadable
from ingest.decoders.reading import DEPTH_MAX, UNREADABLE, as_number, as_quantity, read_json, read_text, shown
from ingest.decoders.times import MICROSECONDS, MILLISECONDS, SECONDS, from_epoch, parse_time

#: From here on a count since 1970 is of a smaller unit: in the larger one it lies beyond the year 5000.
_MILLISECONDS_FROM, _MICROSECONDS_FROM, _NANOSECONDS_FROM = 10**11, 10**14, 10**17
#: Fields as a web form sends them.
_FORM = re.compile(r"\w{1,100}=[^&]*&", re.ASCII)
_DECIMALS = 12
#: Between the numbers of a position that is one text.
_BETWEEN = re.compile(r"[,;\s]+")
COUNTER = "counter "
#: Names of values that say nothing beside the name of what they lie in.
VALUE_NAMES = frozenset({"value", "val", "v", "reading", "state", "current", "raw_value"})
#: Fields beside them that state their unit.
UNIT_NAMES = tuple(
    name
    for each in ("unit", "units", "unit_of_measurement", "uom", "u", "description")
    for name in (each, each.capitalize())
)
#: As mail and HTTP write a time: ``Fri, 01 May 2026 03:50:00 GMT``.
_WITH_WEEKDAY = re.compile(
    r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} [\d:]{5,8} [A-Z+\-\d]{1,5}$", re.ASCII
)


#: As Germans and others write it, the day first: ``30.09.2025 17:05:00``.
_WITH_DOTS = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})[ T](\d\d:\d\d(?::\d\d)?)", re.ASCII)


def decode(arrival: Arrival) -> Decoded:
    if arrival.codec is None:
        raise Unreadable("no_codec", "the source has no table of fields")
    try:
        table = table_of(arrival.codec)
    except TableFault as fault:
        raise Unreadable("no_codec", str(fault)) from fault
    device, name = topic_parts(table, arrival.topic)
    gathering = Gathering(arrival.limits, table.model)
    is_within = names_field(table, arrival.topic)
    if is_within and table.find(name) == (
        None,
    ):  # of what is not wanted nobody reads what it is: a log, for example
        return Decoded(remark=Remark.STATUS)
    fields = fields_of(arrival, name, named_by=table.named_by, is_within=is_within)
    around, elements = rows_of(fields, table.each)
    if not table.needs <= {*around, *(path for element in elements for path in element)}:
        raise Unreadable("no_fit", f"{table.title}: {', '.join(sorted(table.needs - set(fields)))}")
    row = _Row(arrival, table, gathering, device)
    if not elements:
        row.take(around)
        return gathering.decoded(Remark.STATUS)
    of_all = {path: around.pop(path) for path in table.of_all if path in around}
    if around:
        row.take({**of_all, **around}, is_around=True)
    for number, element in enumerate(elements):
        try:
            row.take({**of_all, **element})
        except Unreadable as error:
            gathering.refuse_part(f"{table.each}.{number}".lstrip("."), error)
    return gathering.decoded(Remark.STATUS)


def rows_of(fields: Mapping[str, Any], each: str | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What stands around a list, and the fields of each object in it, by the path of the list without an index: ``devices.temp``.

    No objects where ``each`` is None, or where the message has no such list.
    """
    if each is None:
        return dict(fields), []
    front = f"{each}." if each else ""
    around: dict[str, Any] = {}
    elements: dict[str, dict[str, Any]] = {}
    for path, value in fields.items():
        index, dot, below = path.removeprefix(front).partition(".")
        if path.startswith(front) and dot and index.isdigit():
            elements.setdefault(index, {})[front + below] = value
        else:
            around[path] = value
    return around, list(elements.values())


def fields_of(
    arrival: Arrival, name: str, *, named_by: str | None = None, is_within: bool = False
) -> dict[str, Any]:
    """Every value by its path; one value alone by the name that its topic gives it.

    ``is_within`` says that what a document holds lies below that name too: ``temperature.value``. Of an object with a member
    ``named_by`` the text of that member is the name of what it lies in, so that the order of a list says nothing; with the path of a
    list before it (``payload.data.name``) only of the objects of that list.
    """
    text = read_text(arrival.payload, max(len(arrival.payload), 1))
    if _FORM.match(text) is not None:
        sent = parse_qsl(text, keep_blank_values=True, max_num_fields=arrival.limits.results_max)
        if len(dict(sent)) != len(sent):
            raise Unreadable("doubled_key", "a field stands twice in the form")
        return dict(sent)
    if text[:1] not in {"{", "["}:
        number = as_number(text)
        value: Any = {"true": True, "false": False}.get(text, text.strip('"'))
        return {name or "value": value if number is None else number}
    found: dict[str, Any] = {}
    document, front = read_json(arrival.payload), name if is_within else ""
    naming = None if named_by is None else _Naming.of(named_by)
    if naming is not None and naming.names(document, None):
        document = naming.named(document)
    for path, value in _leaves(front, document, DEPTH_MAX, naming):
        if path in found:
            raise Unreadable("doubled_key", f"two values are called {shown(path)}")
        if len(found) >= arrival.limits.results_max:
            raise Unreadable("too_large", f"more than {arrival.limits.results_max} fields in one message")
        found[path] = value
    return found


@dataclass(frozen=True, slots=True)
class _Naming:
    """The member whose text names what it lies in: of any object, or of the objects of one list alone."""

    member: str
    within: str | None

    @classmethod
    def of(cls, named_by: str) -> _Naming:
        """``name``, or ``payload.data.name`` for the objects of the list ``payload.data``; lists in lists have no numbers there."""
        within, dot, member = named_by.rpartition(".")
        return cls(member, within) if dot else cls(named_by, None)

    def names(self, value: Any, plain: str | None) -> bool:
        """Whether an object has its name. ``plain`` is the path of its list without indices, None outside of one."""
        return (
            type(value) is dict
            and type(value.get(self.member)) is str
            and (self.within is None or self.within == plain)
        )

    def named(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """A whole message with its value, the unit of it and objects below its name; what names the thing, and when, is of any name."""
        called = document[self.member]
        below = {
            name: value
            for name, value in self.without(document).items()
            if name.lower() in VALUE_NAMES or name in UNIT_NAMES or type(value) in {dict, list}
        }
        others = {name: value for name, value in self.without(document).items() if name not in below}
        if called in others:
            raise Unreadable("doubled_key", f"two values are called {shown(called)}")
        return {**others, called: below}

    def without(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {each: said for each, said in value.items() if each != self.member}


def _leaves(
    path: str, value: Any, depth: int, naming: _Naming | None, plain: str = ""
) -> Iterator[tuple[str, Any]]:
    members: Iterator[tuple[Any, Any]]
    if type(value) is dict and depth:
        members = iter(value.items())
    elif type(value) is list and depth:
        members = iter(enumerate(value))
    else:
        yield path, value
        return
    is_list = type(value) is list
    for key, member in members:
        name: Any = key
        if naming is not None and naming.names(member, plain if is_list else None):
            name = member[naming.member]
            member = naming.without(member)  # noqa: PLW2901
        below = plain if is_list else f"{plain}.{key}" if plain else key
        yield from _leaves(f"{path}.{name}" if path else str(name), member, depth - 1, naming, below)


class _Row:
    """The fields of one message, put where the table says."""

    def __init__(self, arrival: Arrival, table: Table, gathering: Gathering, device: str | None) -> None:
        self._arrival, self._table, self._gathering = arrival, table, gathering
        self._of_topic = self._device = device

    def take(self, fields: Mapping[str, Any], *, is_around: bool = False) -> None:
        """What stands around a list is of the thing of the topic, unless it names its own."""
        table = self._table
        if table.thing:
            named = [str(fields[path]) for path in table.thing if fields.get(path) not in {None, ""}]
            if not named and not table.topics and not is_around:
                raise Unreadable(
                    UNREADABLE, f"none of the fields that name the thing: {', '.join(table.thing)}"
                )
            self._device = "-".join(named) or self._of_topic
        stated = fields.get(table.time) if table.time else None
        instant = self._gathering.at(self._device, None if stated is None else read_time(stated))
        used = {*table.thing, *([table.time] if table.time else ()), *(table.position or ())}
        if (whole := table.position_text) is not None and type(fields.get(whole, "")) in {str, type(None)}:
            used.add(whole)
            fields = {**fields, **self._halves(whole, fields.get(whole))}
        if table.model_field:
            self._gathering.name_model(fields.get(table.model_field))
        if table.position and all(fields.get(path) is not None for path in table.position):
            instant.place(*(self._degrees(fields[path]) for path in table.position))
        for path, value in fields.items():
            if path in used:
                continue
            found = table.find(path)
            if found is None:
                self._gathering.refuse(path, "field_unmapped", shown(value))
            elif found[0] is not None and value is not None:
                self._add(instant, path, found[0], value)

    def _halves(self, whole: str, text: Any) -> dict[str, Any]:
        """The halves of a position that is one text, by the paths that they would have in a list; none of an empty text."""
        halves = halves_of(text or "")
        if halves is None:
            self._gathering.refuse(whole, "wrong_type", shown(text))
        return {f"{whole}.{number}": half for number, half in enumerate(halves or ())}

    def _degrees(self, value: Any) -> Any:
        """A longitude or latitude as the table scales it; what is no number is refused where it is placed."""
        number = as_number(value) if type(value) is str else value
        scale = self._table.position_scale
        if scale == 1 or not isinstance(number, int | float):
            return value if number is None else number
        return round(number * scale, _DECIMALS)

    def _add(self, instant: Instant, path: str, field: Field, value: Any) -> None:
        name = f"{field.observed_property}/{field.sensor}" if field.sensor else field.observed_property
        unit = field.unit
        if type(value) is str and not field.labels:
            value, unit = _measured(value, field)
        kind = type(value)
        if kind in {int, float, str} and value in field.missing:
            if kind is str:
                return
            instant.missing.add(name)
        if field.model:
            instant.models[name] = field.model
        if field.labels:
            value = field.labels.get(str(value).lower() if kind is bool else str(value), value)
        elif kind in {int, float}:
            try:
                value = self._scaled(path, field, value, is_missing=name in instant.missing)
            except OverflowError:
                instant.gathering.refuse(path, "not_physical", shown(value))
                return
            if value is None:
                return
        elif field.is_counter:
            instant.gathering.refuse(path, "wrong_type", shown(value))
            return
        instant.add(name, value, unit)

    def _scaled(self, path: str, field: Field, value: float, *, is_missing: bool) -> float | None:
        """The number in the unit of the table; of a counter what it went up by since the message before.

        None of the first message of a counter, and where it began anew.
        """
        if field.scale != 1:
            value = round(float(value) * field.scale, _DECIMALS)
        if not field.is_counter or is_missing:
            return value
        key = f"{COUNTER}{self._device or self._arrival.topic.partition('/')[0]} {path}"
        before = self._arrival.memory.get(key)
        self._arrival.memory.put(key, value)
        if type(before) not in {int, float} or value < before:
            return None
        return float(f"{value - before:.12g}")


def _measured(text: str, field: Field) -> tuple[Any, str | None]:
    """The number of a text and its unit: the one that stands behind it, else that of the table; the text if it is no number.

    Without a unit in the table a text is a word: the state ``2d`` of a receiver is no two days.
    """
    number = as_number(text)
    if number is not None:
        return number, field.unit
    quantity = None if field.unit is None or text in field.missing else as_quantity(text)
    return (text, field.unit) if quantity is None else quantity


def halves_of(text: str) -> tuple[float, ...] | None:
    """The first two numbers of ``23.6,58.4``, also with a space or semicolon between them and a third number behind; none of an empty
    text, None of another text.
    """
    numbers = [as_number(part) for part in _BETWEEN.split(text.strip()) if part]
    halves = tuple(number for number in numbers[:2] if number is not None)
    return halves if len(halves) == min(2, len(numbers)) and len(numbers) in {0, 2, 3} else None


def read_time(stated: Any) -> datetime:
    """Seconds, milliseconds, microseconds or nanoseconds since 1970, or a text with or without an offset."""
    number = as_number(stated) if type(stated) is str else stated
    if type(number) in {int, float} and number is not None:
        if abs(number) >= _NANOSECONDS_FROM:
            return from_epoch(number // 1_000, MICROSECONDS)
        if abs(number) >= _MICROSECONDS_FROM:
            return from_epoch(number, MICROSECONDS)
        return from_epoch(number, MILLISECONDS if abs(number) >= _MILLISECONDS_FROM else SECONDS)
    if type(stated) is str and _WITH_WEEKDAY.match(stated) is not None:
        try:
            return parsedate_to_datetime(stated)
        except ValueError as error:
            raise Unreadable(UNREADABLE, f"no time: {shown(stated)}") from error
    if type(stated) is str and (dotted := _WITH_DOTS.fullmatch(stated.strip())) is not None:
        day, month, year, clock = dotted.groups()
        return parse_time(f"{year}-{month}-{day}T{clock}")
    return parse_time(stated)


DECODER = Decoder("json_fields", "JSON", decode)
