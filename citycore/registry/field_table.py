"""What each field of a source's messages is: the table, read and checked. Pure."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from citycore.missing_codes import is_known

FIELDS_MAX, TOPICS_MAX, TEXTS_MAX, NAME_CHARACTERS_MAX = 1_000, 20, 100, 500
_KEYS = frozenset(
    {
        "preset",
        "fields",
        "thing",
        "time",
        "position",
        "position_scale",
        "topics",
        "named_by",
        "each",
        "model",
        "model_field",
    }
)
_FIELD_KEYS = frozenset({"property", "sensor", "unit", "missing", "scale", "labels", "counter", "model"})
#: The format whose sources have a table.
TABLE_DECODER = "json_fields"
_FOLDER = "presets"
#: Of a field that is known and not wanted, as ``null`` is, which TOML does not have.
UNWANTED = "unwanted"
_NAME = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)


class TableFault(ValueError):
    """The table cannot be used; where, and why."""


@dataclass(frozen=True, slots=True)
class Field:
    """What one field is. ``sensor`` may hold ``*``, which stands for what the star of its path stood for."""

    observed_property: str
    sensor: str = ""
    unit: str | None = None
    missing: frozenset[Any] = frozenset()
    scale: float = 1
    labels: Mapping[str, Any] | None = None
    is_counter: bool = False
    #: The sensor whose codes for "no value" hold.
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read. A field that is None is known and not wanted."""

    title: str
    fields: Mapping[str, Field | None]
    patterns: Sequence[tuple[re.Pattern[str], Field | None]] = ()
    thing: tuple[str, ...] = ()
    time: str | None = None
    position: tuple[str, str] | None = None
    #: By what the numbers of a position are multiplied to be degrees.
    position_scale: float = 1
    topics: tuple[tuple[str, ...], ...] = ()
    #: The member of an object whose text names the value beside it.
    named_by: str | None = None
    #: The list of whose objects each is a message of its own; empty for a message that is a list.
    each: str | None = None
    #: Fields without which a message is none of the preset.
    needs: frozenset[str] = frozenset()
    #: The sensor or format whose codes for "no value" hold for all fields, and the field that names it.
    model: str | None = None
    model_field: str | None = None

    @property
    def of_all(self) -> tuple[str, ...]:
        """The fields that hold for each object of a list where they stand around it: which thing, when and where."""
        whole = self.position_text
        return (
            *self.thing,
            *([self.time] if self.time else ()),
            *(self.position or ()),
            *([whole] if whole else ()),
            *([self.model_field] if self.model_field else ()),
        )

    @property
    def position_text(self) -> str | None:
        """The field that holds both halves of the position as one text, "lat,lon", where it is no list."""
        return _whole_of(self.position)

    def find(self, path: str) -> tuple[Field | None] | None:
        """What a field is, its sensor by what the star of its path stands for; None if the table does not have it."""
        if path in self.fields:
            return (self.fields[path],)
        for pattern, field in self.patterns:
            if (found := pattern.fullmatch(path)) is not None:
                return (
                    None if field is None else replace(field, sensor=field.sensor.replace("*", found[1])),
                )
        return None


def topic_parts(table: Table, topic: str) -> tuple[str | None, str]:
    """Which thing a topic names, None for its first level, and how it calls a value that comes alone."""
    levels = topic.split("/")
    pattern = _pattern_of(table, levels)
    if pattern is None:
        return None, "/".join(levels[1:])
    things = [level for part, level in zip(pattern, levels, strict=False) if part == "{thing}"]
    name = [level for part, level in zip(pattern, levels, strict=False) if part == "{field}"]
    tail = levels[len(pattern) :] if pattern[-1] == "{field}" else []
    return "-".join(things) or None, "/".join([*name, *tail])


def names_field(table: Table, topic: str) -> bool:
    """Whether a pattern of the table says which level of the topic names the field."""
    pattern = _pattern_of(table, topic.split("/"))
    return pattern is not None and "{field}" in pattern


def _pattern_of(table: Table, levels: Sequence[str]) -> tuple[str, ...] | None:
    """The first pattern that a topic is of; one that ends with the field takes any number of levels more."""
    for pattern in table.topics:
        is_longer = pattern[-1] == "{field}" and len(levels) >= len(pattern)
        if len(levels) != len(pattern) and not is_longer:
            continue
        if all(
            part in {"+", "{thing}", "{field}", level} for part, level in zip(pattern, levels, strict=False)
        ):
            return pattern
    return None


def compiled(codec: Mapping[str, Any]) -> Table:
    """The table of a source, with what its preset says beside it; :class:`TableFault`."""
    return _compiled(json.dumps(codec, sort_keys=True))


def presets() -> tuple[str, ...]:
    """The names of those that ship."""
    folder = files("citycore.registry") / _FOLDER
    return tuple(
        sorted(each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml"))
    )


@cache
def read_preset(name: str) -> Mapping[str, Any]:
    """A preset with its title, table, what a message of it must have, and a message; :class:`TableFault`."""
    file = files("citycore.registry") / _FOLDER / f"{name}.toml"
    if _NAME.fullmatch(name) is None or not file.is_file():
        raise TableFault(f"preset: there is none of this name, but {', '.join(presets())}")
    return tomllib.loads(file.read_text("utf-8"))


@lru_cache(maxsize=256)
def _compiled(written: str) -> Table:
    codec = json.loads(written)
    title, needs = "", frozenset[str]()
    base: Mapping[str, Any] = {}
    if "preset" in codec:
        shipped = read_preset(str(codec["preset"]))
        title, needs, base = shipped["title"], frozenset(shipped.get("needs", ())), shipped["table"]
    unknown = sorted(set(codec) - _KEYS - {"poll"})
    if unknown:
        raise TableFault(f"unknown: {', '.join(unknown)}")
    merged = {
        **base,
        **codec,
        "fields": {**base.get("fields", {}), **_mapping(codec.get("fields", {}), "fields")},
    }
    fields = {path: _field(path, said) for path, said in merged["fields"].items()}
    if len(fields) > FIELDS_MAX:
        raise TableFault(f"fields: more than {FIELDS_MAX}")
    thing, position = _texts(merged.get("thing", ()), "thing"), _texts(merged.get("position", ()), "position")
    if len(position) not in {0, 2}:
        raise TableFault("position: must be the fields of the longitude and of the latitude")
    time = merged.get("time")
    if time is not None and type(time) is not str:
        raise TableFault("time: must be the name of a field")
    named_by = merged.get("named_by")
    if named_by is not None and (type(named_by) is not str or not named_by):
        raise TableFault("named_by: must be the name of a member")
    each = merged.get("each")
    if each is not None and type(each) is not str:
        raise TableFault("each: must be the path of a list, or empty for a message that is one")
    whole = _whole_of(position)
    _check_roles(fields, [*thing, *position, *([time] if time else []), *([whole] if whole else [])])
    model_field = merged.get("model_field")
    if model_field is not None and type(model_field) is not str:
        raise TableFault("model_field: must be the name of a field")
    return Table(
        title,
        {path: field for path, field in fields.items() if "*" not in path},
        [
            (_pattern(path, is_wanted=field is not None), field)
            for path, field in fields.items()
            if "*" in path
        ],
        thing,
        time,
        (position[0], position[1]) if position else None,
        _number(merged.get("position_scale", 1), "position_scale"),
        tuple(tuple(topic.split("/")) for topic in _texts(merged.get("topics", ()), "topics")),
        named_by,
        each,
        needs,
        _model(merged.get("model"), "model"),
        model_field,
    )


def _whole_of(position: Sequence[str] | None) -> str | None:
    """The list whose first two members are the halves of a position; None where they lie elsewhere."""
    halves = {path.rpartition(".")[::2] for path in position or ()}
    wholes = {whole for whole, _ in halves}
    return wholes.pop() or None if len(wholes) == 1 and {half for _, half in halves} == {"0", "1"} else None


def _check_roles(fields: Mapping[str, Field | None], others: Sequence[str]) -> None:
    """No field is two things, and no two fields are one datastream."""
    for path in others:
        if path in fields or others.count(path) > 1:
            raise TableFault(f"{path}: stands twice")
    meant: dict[tuple[str, str], str] = {}
    for path, field in fields.items():
        if field is None or "*" in path:
            continue
        key = (field.observed_property, field.sensor)
        if key in meant:
            raise TableFault(
                f"{path}: means {field.observed_property} as {meant[key]} does; name the sensor of one of them"
            )
        meant[key] = path


def _field(path: str, said: Any) -> Field | None:
    if said is None or said == UNWANTED:
        return None
    if not path or len(path) > NAME_CHARACTERS_MAX or path.count("*") > 1:
        raise TableFault(f"fields: no name of a field: {path[:TEXTS_MAX]!r}")
    known = _mapping(said, path)
    if unknown := sorted(set(known) - _FIELD_KEYS):
        raise TableFault(f"{path}: unknown: {', '.join(unknown)}")
    code, sensor, unit = known.get("property"), known.get("sensor", ""), known.get("unit")
    if type(code) is not str or not code or type(sensor) is not str or type(unit) not in {str, type(None)}:
        raise TableFault(f"{path}: property, sensor and unit must be texts")
    scale, missing = known.get("scale", 1), known.get("missing", [])
    if type(scale) not in {int, float} or type(missing) is not list or len(missing) > TEXTS_MAX:
        raise TableFault(f"{path}: scale must be a number, missing a list")
    if any(type(each) not in {int, float, str} for each in missing):
        raise TableFault(f"{path}: missing must hold numbers and texts")
    labels = known.get("labels")
    return Field(
        code,
        sensor,
        unit,
        frozenset(missing),
        scale,
        None if labels is None else dict(_mapping(labels, f"{path}.labels")),
        known.get("counter") is True,
        _model(known.get("model"), f"{path}.model"),
    )


def _model(said: Any, where: str) -> str | None:
    if said is not None and (type(said) is not str or not is_known(said)):
        raise TableFault(f"{where}: no codes for “no value” are known of {said!r}")
    return said


def _pattern(path: str, *, is_wanted: bool) -> re.Pattern[str]:
    """The star is a part of a name; of what is not wanted, all that lies in it."""
    before, _, behind = path.partition("*")
    star = "([^.]+)" if is_wanted else "(.+)"
    return re.compile(f"{re.escape(before)}{star}{re.escape(behind)}")


def _number(value: Any, where: str) -> float:
    if type(value) not in {int, float}:
        raise TableFault(f"{where}: must be a number")
    return float(value)


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TableFault(f"{where}: must be an object")
    return value


def _texts(value: Any, where: str) -> tuple[str, ...]:
    texts = [value] if type(value) is str else value
    if (
        not isinstance(texts, list | tuple)
        or len(texts) > TOPICS_MAX
        or any(type(each) is not str for each in texts)
    ):
        raise TableFault(f"{where}: must be at most {TOPICS_MAX} names")
    return tuple(texts)
