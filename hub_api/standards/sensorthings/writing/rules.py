"""From a body to drafts: what is wrong is told with its place. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, Final

import orjson

from citycore.normalisation import turns_letters
from hub_api.standards.sensorthings.writing.errors import EntityInvalid
from hub_api.standards.sensorthings.writing.geometry import GEOJSON, check_place
from hub_api.standards.sensorthings.writing.model import (
    WRITABLES,
    Draft,
    Field,
    Reference,
    Relation,
    Span,
    Writable,
)
from hub_api.standards.sensorthings.writing.settings import WritingSettings
from hub_api.standards.sensorthings.writing.times import read_time

#: What answers say of an entity beside its properties; a client that sends back what it was given sends it too.
_ANNOTATION = re.compile(r"@|^(id|selfLink)$")
#: Objects and arrays in one another, of the 254 that are written at all; the rest is for what an answer has around an entity.
NESTING_MAX: Final = 200
_AROUND: Final = 54
_NUMBER = re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?")
ID = "@iot.id"
_ID_CHARACTERS_MAX = 60
_UNIT_MEMBERS = ("name", "symbol", "definition")
_LINK = re.compile(r"(?:.*/)?(?P<collection>\w+)\((?P<id>[^()]{1,60})\)/?")


def read_json(body: bytes) -> Any:
    """What a body holds, no deeper than it can be told again."""
    content = parse_json(body)
    if body.count(b"{") + body.count(b"[") > NESTING_MAX:
        check_nesting(content)
    return content


def parse_json(body: bytes) -> Any:
    """What a body holds; texts that no database keeps are none."""
    if not body.strip():
        raise EntityInvalid("", "empty_body")
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise EntityInvalid("", "not_json", given=str(error)) from error
    if b"\\u0000" in body:
        raise EntityInvalid("", "nul")
    return content


def check_nesting(content: Any) -> None:
    """What lies deeper is read, but could never be told again."""
    for _ in range(_AROUND):
        content = [content]
    try:
        orjson.dumps(content, default=str)
    except orjson.JSONEncodeError as error:
        raise EntityInvalid("", "nested_too_deep", maximum=NESTING_MAX) from error


class Reader:
    """Reads one body; the limits hold for all of it."""

    def __init__(self, settings: WritingSettings) -> None:
        self._settings = settings
        self._count = 0

    def new(self, entity: Writable, content: Any, *, around: Relation | None = None) -> Draft:
        """An entity to make. ``around``: the relation by which it hangs on what is written around it, as that calls it."""
        return self._new(entity, content, "", around, 0)

    def changes(self, entity: Writable, content: Any, *, is_whole: bool) -> Draft:
        """What is to change of an entity, or with ``is_whole`` all of it. What it hangs on is named, not made."""
        draft = self._values(entity, content, "", is_whole=is_whole)
        for name, value in content.items():
            relation = entity.relations.get(name)
            if relation is None:
                continue
            refs = value if isinstance(value, list) else [value]
            if relation.is_many is not isinstance(value, list) or not all(map(is_reference, refs)):
                raise EntityInvalid(name, "references_alone", relation=name)
            draft.links[name] = [self._reference(relation, each, name) for each in refs]
        return draft

    def _new(self, entity: Writable, content: Any, where: str, around: Relation | None, depth: int) -> Draft:
        self._count += 1
        if self._count > self._settings.entities_max:
            raise EntityInvalid(where, "too_many_entities", maximum=self._settings.entities_max)
        if depth > self._settings.depth_max:
            raise EntityInvalid(where, "too_deep", maximum=self._settings.depth_max)
        draft = self._values(entity, content, where, is_whole=True)
        back = None if around is None else around.back
        for name, relation in entity.relations.items():
            place = f"{where}.{name}" if where else name
            value = content.get(name)
            if value is None:
                if relation.is_needed and name != back:
                    raise EntityInvalid(where, "missing_relation", relation=name, entity=entity.name)
                continue
            if name == back and not (depth == 0 and is_reference(value)):
                raise EntityInvalid(place, "given_around", relation=name)
            if relation.is_many is not isinstance(value, list):
                raise EntityInvalid(place, "not_a_list" if relation.is_many else "not_an_entity")
            found = [
                self._linked(relation, each, f"{place}[{number}]" if relation.is_many else place, depth)
                for number, each in enumerate(value if relation.is_many else [value])
            ]
            if not found and relation.is_needed:
                raise EntityInvalid(where, "missing_relation", relation=name, entity=entity.name)
            draft.links[name] = found
        return draft

    def _linked(self, relation: Relation, value: Any, where: str, depth: int) -> Reference | Draft:
        if is_reference(value):
            return self._reference(relation, value, where)
        return self._new(WRITABLES[relation.target], value, where, relation, depth + 1)

    @staticmethod
    def _reference(relation: Relation, value: Mapping[str, Any], where: str) -> Reference:
        for name in (ID, "id"):
            if name in value:
                return Reference(relation.target, id_text(f"{where}.{name}", value[name]), where)
        link = str(value.get("@id", value.get("@odata.id", "")))
        found = _LINK.fullmatch(link)
        wanted = WRITABLES[relation.target].collection
        if found is None or found["collection"] != wanted:
            raise EntityInvalid(where, "wrong_link", given=link, wanted=f"{wanted}(…)")
        return Reference(relation.target, found["id"].strip("'"), where)

    def _values(self, entity: Writable, content: Any, where: str, *, is_whole: bool) -> Draft:
        if not isinstance(content, dict):
            raise EntityInvalid(where, "not_an_entity")
        draft = Draft(entity, where)
        for name, value in content.items():
            own = entity.fields.get(name)
            place = f"{where}.{name}" if where else name
            if own is None:
                self._check_name(entity, name, place)
            elif value is None and own.check != "result":
                if own.is_needed:
                    raise EntityInvalid(place, "missing_property", property=name, entity=entity.name)
                draft.values[name] = None
            else:
                draft.values[name] = self._checked(own, value, place)
        if is_whole:
            for own in entity.fields.values():
                if own.is_needed and own.name not in draft.values:
                    raise EntityInvalid(where, "missing_property", property=own.name, entity=entity.name)
        self.check_encoded(draft.values, entity, where)
        return draft

    @staticmethod
    def _check_name(entity: Writable, name: str, where: str) -> None:
        if name in entity.relations or _ANNOTATION.search(name):
            return
        known = [*entity.fields, *entity.relations]
        near = get_close_matches(name[:_ID_CHARACTERS_MAX], known, 1)
        raise EntityInvalid(
            where, "unknown_property", property=name, entity=entity.name, known=", ".join(near or known)
        )

    def check_encoded(self, values: Mapping[str, Any], entity: Writable, where: str) -> None:
        """A place is GeoJSON where its encoding says so."""
        name = next((each.name for each in entity.fields.values() if each.check == "place"), "")
        if values.get("encodingType") in GEOJSON and values.get(name) is not None:
            check_place(f"{where}.{name}" if where else name, values[name], self._settings.positions_max)

    def _checked(self, own: Field, value: Any, where: str) -> Any:
        settings = self._settings
        checks: dict[str, Callable[[str, Any], Any]] = {
            "name": lambda place, given: read_name(place, given, settings.name_characters_max),
            "text": lambda place, given: _text(place, given, settings.text_characters_max),
            "object": _object,
            "unit": _unit,
            "instant": lambda place, given: read_time(place, given).start,
            "time": read_time,
            "area": lambda place, given: _area(place, given, settings.positions_max),
            "place": _place,
            "ignored": lambda *_: None,
        }
        check = checks.get(own.check)
        return value if check is None else check(where, value)


def _text(where: str, value: Any, characters_max: int) -> str:
    if not isinstance(value, str):
        raise EntityInvalid(where, "not_a_text")
    if len(value) > characters_max:
        raise EntityInvalid(where, "too_long", maximum=characters_max)
    return value


def read_name(where: str, value: Any, characters_max: int) -> str:
    """A text that stands in one line among the words of others."""
    if turns_letters(text := _text(where, value, characters_max)):
        raise EntityInvalid(where, "turns_letters")
    return text


def _object(where: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise EntityInvalid(where, "not_an_object")
    return value


def _area(where: str, value: Any, positions_max: int) -> Any:
    check_place(where, value, positions_max)
    return value


def _place(where: str, value: Any) -> Any:
    if not isinstance(value, (dict, str, list)):
        raise EntityInvalid(where, "not_geojson")
    return value


def _unit(where: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise EntityInvalid(where, "not_a_unit")
    for name in _UNIT_MEMBERS:
        if not isinstance(value.get(name), (str, type(None))):
            raise EntityInvalid(f"{where}.{name}", "not_a_text")
    return {**dict.fromkeys(_UNIT_MEMBERS), **value}


def is_reference(value: Any) -> bool:
    """``{"@iot.id": 1}``, whatever stands beside it (clients send the whole entity), ``{"id": 1}``, or ``{"@id": "…/Things(1)"}``."""
    return isinstance(value, dict) and (
        ID in value or (bool(value) and all("@" in name or name == "id" for name in value))
    )


def id_text(where: str, value: Any) -> str:
    """An id as a key: a number, or a text."""
    if isinstance(value, bool) or not isinstance(value, (int, str)) or len(str(value)) > _ID_CHARACTERS_MAX:
        raise EntityInvalid(where, "not_an_id", given=value)
    return str(value)


def result_type_of(observation_type: str) -> str:
    """In which table results of this type are kept: numbers, or texts."""
    kind = observation_type.rpartition("/")[2]
    is_number = kind in {"OM_Measurement", "OM_CountObservation", "OM_TruthObservation"}
    return "measurement" if is_number else "category"


def read_result(where: str, value: Any, *, observation_type: str, result_type: str, is_json: bool) -> Any:
    """A result as it is kept: a number, a text (perhaps JSON), or a position."""
    kind = observation_type.rpartition("/")[2]
    if result_type == "measurement":
        if isinstance(value, str) and _NUMBER.fullmatch(value):  # as some clients write all that they send
            value = float(value) if "e" in value.lower() or "." in value else int(value)
        if isinstance(value, bool) if kind != "OM_TruthObservation" else not isinstance(value, bool):
            raise EntityInvalid(where, "wrong_result", given=value, wanted=kind)
        if not isinstance(value, (int, float)) or (kind == "OM_CountObservation" and value != int(value)):
            raise EntityInvalid(where, "wrong_result", given=value, wanted=kind)
        return float(value)
    if result_type == "position":
        coordinates: Any = value.get("coordinates") if isinstance(value, dict) else value
        check_place(where, {"type": "Point", "coordinates": coordinates}, 1)
        return float(coordinates[0]), float(coordinates[1])
    if is_json:
        return orjson.dumps(value).decode()
    if not isinstance(value, str):
        raise EntityInvalid(where, "wrong_result", given=value, wanted=kind)
    return value


def phenomenon_of(draft: Draft, now: int) -> Span:
    found = draft.values.get("phenomenonTime")
    return found if isinstance(found, Span) else Span(now)


_SLUG = re.compile(r"[^a-z0-9]+")


def slug(name: str, separator: str, characters_max: int) -> str:
    """Letters and digits of a name as a code has them; perhaps none."""
    plain = name.encode("ascii", "ignore").decode().lower()
    return _SLUG.sub(separator, plain).strip(separator)[:characters_max].rstrip(separator)
