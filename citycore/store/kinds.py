"""Kinds of values between fields and columns: what a field says of itself, how a column becomes one, and the way back.

``values_of`` gives the parameters of a statement from a dataclass or named tuple: by the names of its fields, those of
an inner value after its name and ``_``. Sets and tuples become lists, tuples of values JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from psycopg.types.json import Jsonb

T = TypeVar("T")
Convert = Callable[[Any], Any]
#: What JSON has only as text.
_OF_TEXT: Mapping[object, Convert] = {
    Decimal: Decimal,
    UUID: UUID,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}


def is_record(kind: object) -> bool:
    """Whether it is a dataclass or a named tuple."""
    return isinstance(kind, type) and (
        is_dataclass(kind) or (issubclass(kind, tuple) and hasattr(kind, "_fields"))
    )


@cache
def fields_of(kind: type) -> dict[str, Any]:
    """What is said of each field that the constructor takes, in its order."""
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind) if field.init] if is_dataclass(kind) else kind._fields  # type: ignore[attr-defined]
    return {name: hints[name] for name in names}


def is_named_only(kind: type) -> bool:
    """Whether the constructor takes fields by name alone."""
    return is_dataclass(kind) and any(field.kw_only for field in fields(kind))


def without_none(hint: Any) -> Any:
    """``Thing`` of ``Thing | None``; anything else as it is."""
    if get_origin(hint) in {Union, UnionType}:
        kinds = [kind for kind in get_args(hint) if kind is not NoneType]
        return kinds[0] if len(kinds) == 1 else hint
    return hint


@cache
def convert_of(hint: Any, *, in_json: bool = False) -> Convert | None:
    """How what the database gives becomes what the field says; None where it is that already."""
    kind = without_none(hint)
    convert = _convert_of_kind(kind, in_json=in_json)
    if convert is None or kind is hint:
        return convert
    return lambda value: None if value is None else convert(value)


def _convert_of_kind(kind: Any, *, in_json: bool) -> Convert | None:
    origin = get_origin(kind) or kind
    if not isinstance(origin, type):
        return None
    if issubclass(origin, Enum):
        return {member.value: member for member in origin}.__getitem__
    if is_record(kind):
        return _of_json(kind)
    if issubclass(origin, (tuple, frozenset, set, list)):
        kinds = [each for each in get_args(kind) if each is not Ellipsis]
        elements = [convert_of(each, in_json=in_json) for each in kinds]
        return _of_pair(elements) if len(kinds) > 1 else _of_elements(origin, elements[0])
    return _OF_TEXT.get(kind) if in_json else None


def _of_elements(many: type[Any], element: Convert | None) -> Convert:
    return many if element is None else lambda values: many(map(element, values))


def _of_pair(elements: Sequence[Convert | None]) -> Convert:
    converts = [element or _same for element in elements]
    return lambda values: tuple(convert(value) for convert, value in zip(converts, values, strict=True))


def _of_json(kind: type) -> Convert:
    converts = {name: convert_of(hint, in_json=True) or _same for name, hint in fields_of(kind).items()}
    return lambda document: kind(**{name: converts[name](value) for name, value in document.items()})


def _same(value: Any) -> Any:
    return value


def of_json(kind: type[T], document: Mapping[str, Any]) -> T:
    """What :func:`json_of` gave; ``KeyError`` on a name that is no field."""
    made: T = _of_json(kind)(document)
    return made


def values_of(value: Any) -> dict[str, object]:
    """The parameters of a statement."""
    return dict(_flat(type(value), value, ""))


def _flat(kind: type, value: Any, prefix: str) -> list[tuple[str, object]]:
    flat: list[tuple[str, object]] = []
    for name, hint in fields_of(kind).items():
        field, inner = None if value is None else getattr(value, name), without_none(hint)
        if is_record(inner):
            flat += _flat(inner, field, f"{prefix}{name}_")
        else:
            flat.append((prefix + name, None if field is None else _parameter(inner, field)))
    return flat


def _parameter(kind: Any, value: Any) -> object:
    """By what the field says: an empty tuple does not show whether it is one of values."""
    origin = get_origin(kind) or kind
    if not isinstance(origin, type):
        return value
    if issubclass(origin, Mapping) or (issubclass(origin, (tuple, list)) and is_record(get_args(kind)[0])):
        return Jsonb(json_of(value))
    if issubclass(origin, AbstractSet):
        return sorted(value)
    return list(value) if issubclass(origin, tuple) else value


def json_of(value: Any) -> Any:
    """As JSON: values as objects, what JSON has no form for as text."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else _json_of_many(value)


def _json_of_many(value: Any) -> Any:
    kind: Any = type(value)
    if is_record(kind):
        return {name: json_of(getattr(value, name)) for name in fields_of(kind)}
    if isinstance(value, Mapping):
        return {key: json_of(inner) for key, inner in value.items()}
    if isinstance(value, (tuple, list, AbstractSet)):
        return [json_of(inner) for inner in (sorted(value) if isinstance(value, AbstractSet) else value)]
    return value
