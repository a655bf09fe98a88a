"""What a document would change of the registry. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from citycore.registry.document import Document, SourceEntry
from citycore.registry.written import SECTIONS


class Change(NamedTuple):
    """An entry that is not as it was: ``fields`` are those that differ, none of an entry that is new."""

    section: str
    code: str
    is_new: bool
    fields: tuple[str, ...] = ()


def changes(document: Document, before: Document) -> Iterator[Change]:
    """In the order of the document; what stays as it was is left out."""
    for section in SECTIONS:
        yield from _changes(section, getattr(document, section), getattr(before, section))
    known = {source.code: source for source in before.sources}
    for source in document.sources:
        yield from _changes("things", source.things, _things(known.get(source.code)))


def _things(source: SourceEntry | None) -> Sequence[msgspec.Struct]:
    return [] if source is None else source.things


def _changes(section: str, entries: Sequence[Any], before: Sequence[Any]) -> Iterator[Change]:
    known: Mapping[str, Any] = {entry.code: entry for entry in before}
    for entry in entries:
        old = known.get(entry.code)
        if old is None:
            yield Change(section, entry.code, is_new=True)
            continue
        fields = tuple(name for name in entry.__struct_fields__ if _differs(name, entry, old))
        if fields:
            yield Change(section, entry.code, is_new=False, fields=fields)


def _differs(name: str, entry: msgspec.Struct, old: msgspec.Struct) -> bool:
    """Things have lines of their own; an outline that is not said, and since when something stands where it is, stay."""
    said, was = getattr(entry, name), getattr(old, name)
    if name == "things" or (name in {"geometry", "since", "provenance"} and said is None):
        return False
    if name == "datastreams":
        known = {(each.observed_property, each.sensor): _without_unit(each) for each in was}
        return any(known.get((each.observed_property, each.sensor)) != _without_unit(each) for each in said)
    return bool(said != was)


def _without_unit(datastream: msgspec.Struct) -> msgspec.Struct:
    """A datastream keeps its unit and type whether they are said again or not."""
    return msgspec.structs.replace(datastream, unit=None, result_type=None)
