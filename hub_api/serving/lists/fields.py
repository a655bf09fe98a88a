"""``fields=``: only some of what an element holds, under the names that it has in any format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

import orjson

from hub_api.serving.answers import JSON_OPTIONS
from hub_api.serving.errors import InvalidParameters, invalid, nearest
from hub_api.serving.lists.model import Column, Element, Listing, Record

PARAMETER = "fields"


def unknown_field(name: str, known: Iterable[str]) -> InvalidParameters:
    """The error for a name that no column has, with the nearest that one has, or all of them."""
    names = list(dict.fromkeys(known))
    likely = nearest(name, names)
    if likely is None:
        return invalid(PARAMETER, "unknown_field", name=name, known=", ".join(names))
    return invalid(PARAMETER, "misspelt_field", name=name, likely=likely)


def narrowed(listing: Listing, fields: Sequence[str], keys: Sequence[str], *, is_table: bool) -> Listing:
    """The listing with only these fields, in that order. ``keys`` are those of its elements, as far as they are known.

    A key of the element stands for all columns that are made of it, and a column for the key that it is made of; a key that no
    column is made of is a column of JSON.
    """
    known_keys = dict.fromkeys((*(str(column.path[0]) for column in listing.columns), *keys))
    columns: dict[str, Column] = {}
    wanted: dict[str, None] = {}
    nested: list[str] = []
    for name in fields:
        fitting = _columns_of(listing, name)
        if not fitting and name not in known_keys:
            raise unknown_field(name, [*known_keys, *(column.name for column in listing.columns)])
        if not fitting:
            nested.append(name)
            fitting = [Column(name, "text", (name,), json_text)]
        columns |= {column.name: column for column in fitting}
        told = [one for one in _keys_of(listing, name, fitting) if not keys or one in keys]
        if not told and not is_table:
            raise unknown_field(name, keys)
        wanted |= dict.fromkeys(told)
    records = listing.records
    if nested:
        records = partial(_with_nested, listing, tuple(nested))
    return replace(listing, columns=tuple(columns.values()), kept=tuple(wanted), records=records)


def _keys_of(listing: Listing, name: str, fitting: Sequence[Column]) -> list[str]:
    """The keys of an element that a name stands for."""
    paths = [str(column.path[0]) for column in fitting]
    return [*paths, *(listing.wholes[one] for one in (name, *paths) if one in listing.wholes)]


def _with_nested(listing: Listing, nested: tuple[str, ...], element: Element) -> Iterable[Record]:
    own = {name: element.get(name) for name in nested}
    return ({**own, **record} for record in listing.records(element))


def json_text(value: object) -> str:
    """What a table has no column for, as JSON."""
    return value if isinstance(value, str) else orjson.dumps(value, option=JSON_OPTIONS).decode()


def _columns_of(listing: Listing, name: str) -> list[Column]:
    named = [column for column in listing.columns if column.name == name]
    return named or [column for column in listing.columns if column.path[0] == name]


def keeping(listing: Listing, element: Element) -> Element:
    """What is told of an element, where only some of it was asked for."""
    if listing.kept is None:
        return element
    return {name: element[name] for name in listing.kept if name in element}
