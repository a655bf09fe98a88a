"""A registry as somebody wrote it, in YAML, JSON or a table: what it says, and on which line each part stands.

Every fault is told with its line, not the first alone: whoever brings a file of a thousand rows mends them at once.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec
import yaml

from citycore.registry.document import (
    DatastreamEntry,
    Document,
    PlaceEntry,
    RegistryLoader,
    SensorEntry,
    SourceEntry,
    ThingEntry,
    line_of,
)
from citycore.vocabulary import ObservedProperty, Sector

#: What a document has, in its order, and what an entry of it is.
SECTIONS: Mapping[str, type[msgspec.Struct]] = {
    "sectors": Sector,
    "observed_properties": ObservedProperty,
    "places": PlaceEntry,
    "sensors": SensorEntry,
    "sources": SourceEntry,
}
THINGS = "things"
#: In a table they are rows of their own.
_NESTED = frozenset({"things", "datastreams"})
#: Between the texts of a list in one cell.
BETWEEN = "; "


class Fault(NamedTuple):
    """``where`` is the path in the document; ``line`` is None where nothing of it was written down."""

    line: int | None
    where: str
    reason: str


@dataclass(slots=True)
class Written:
    """``things`` are those of a table, by the code of their source, which the registry may know already.

    Where there are faults the document is not to be used.
    """

    document: Document = field(default_factory=Document)
    things: dict[str, list[ThingEntry]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, where: str, reason: str) -> Fault:
        return Fault(self.line_of(where), where, reason)

    def line_of(self, where: str) -> int | None:
        """That of the path, or of the nearest part that it stands in."""
        while where not in self.lines and where:
            where = where[: max(where.rfind("."), where.rfind("["), 0)]
        return self.lines.get(where)


def read_written(text: str) -> Written:
    """A table if its first line names columns, else YAML or JSON."""
    return _Table(text).read() if is_table(text) else _read_yaml(text)


def is_table(text: str) -> bool:
    columns = text.lstrip("\ufeff\n").partition("\n")[0].strip().split(",")
    return len(columns) > 1 and "code" in columns and all(name.isidentifier() for name in columns)


def _read_yaml(text: str) -> Written:
    written = Written()
    loader = RegistryLoader(text)
    try:
        node = loader.get_single_node()
        content = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        written.faults.append(Fault(line_of(error, text), "", str(error.problem)))
        return written
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        written.faults.append(Fault(None, "", str(error).splitlines()[0]))
        return written
    finally:
        loader.dispose()
    if node is None or not isinstance(content, dict):
        written.faults.append(Fault(1, "", f"a document has some of: {', '.join(SECTIONS)}"))
        return written
    written.lines = dict(_places_of(node))
    read: dict[str, list[Any]] = {}
    for section, entries in content.items():
        kind = SECTIONS.get(str(section))
        if kind is None or not isinstance(entries, list):
            reason = f"a list of: {', '.join(SECTIONS)}"
            written.faults.append(written.fault(str(section), reason))
            continue
        read[section] = [
            _entry(written, kind, entry, f"{section}[{number}]") for number, entry in enumerate(entries)
        ]
    if not written.faults:
        written.document = Document(**read)
    return written


def _entry(written: Written, kind: type[msgspec.Struct], entry: Any, where: str) -> Any:
    """What is nested in it is read by itself, so that each part has a fault of its own."""
    nested: dict[str, list[Any]] = {}
    if isinstance(entry, dict):
        for name, part in ((THINGS, ThingEntry), ("datastreams", DatastreamEntry)):
            if name in kind.__struct_fields__ and isinstance(entry.get(name), list):
                nested[name] = [
                    _entry(written, part, one, f"{where}.{name}[{number}]")
                    for number, one in enumerate(entry[name])
                ]
        entry = {key: value for key, value in entry.items() if key not in nested}
    try:
        found = msgspec.convert(entry, kind)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `")
        written.faults.append(written.fault(where + place.strip("`").removeprefix("$"), reason))
        return None
    return msgspec.structs.replace(found, **nested)


def _places_of(root: yaml.Node) -> Iterator[tuple[str, int]]:
    """Each path and its line; what an alias repeats is looked through once."""
    waiting, seen = [("", root)], set()
    while waiting:
        path, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                below = f"{path}.{key.value}" if path else str(key.value)
                yield below, key.start_mark.line + 1
                waiting.append((below, value))
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                below = f"{path}[{number}]"
                yield below, value.start_mark.line + 1
                waiting.append((below, value))


class _Table:
    """A row for each entry, in the columns of its section; without ``section`` it is a thing with a datastream."""

    def __init__(self, text: str) -> None:
        self._rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), skipinitialspace=True)
        self._written = Written()
        self._entries: dict[str, list[Any]] = {section: [] for section in SECTIONS}
        self._numbers: dict[tuple[str, str | None], int] = {}

    def read(self) -> Written:
        written, known = self._written, {"section", "source", *_columns()}
        unknown = sorted(set(self._rows.fieldnames or ()) - known)
        if unknown:
            written.faults.append(Fault(1, "", f"unknown columns: {', '.join(unknown)}"))
            return written
        try:
            for row in self._rows:
                cells = {name: cell.strip() for name, cell in row.items() if name and cell and cell.strip()}
                if cells:
                    self._row(cells)
        except csv.Error as error:
            written.faults.append(Fault(self._rows.line_num, "", str(error)))
        if not written.faults:
            written.document = Document(**self._entries)
        return written

    def _row(self, cells: dict[str, str]) -> None:
        section = cells.pop("section", THINGS)
        if section == THINGS:
            self._thing(cells)
        elif section in SECTIONS:
            place = f"{section}[{len(self._entries[section])}]"
            self._entries[section].append(self._convert(SECTIONS[section], cells, place))
        else:
            self._fault(section, f"a section is one of: {', '.join((*SECTIONS, THINGS))}")

    def _thing(self, cells: dict[str, str]) -> None:
        """A row for each datastream; what the thing is like, its first row says."""
        source = cells.pop("source", "")
        things = self._written.things.setdefault(source, [])
        own = {name: cell for name, cell in cells.items() if name in ThingEntry.__struct_fields__}
        number = self._numbers.setdefault((source, own.get("code")), len(things))
        place = f"things.{source}[{number}]"
        if number == len(things):
            things.append(
                self._convert(ThingEntry, own, place) or ThingEntry(code="", kind="", name_en="", name_ar="")
            )
        rest = {name: cell for name, cell in cells.items() if name not in own}
        if rest:
            datastreams = things[number].datastreams
            datastreams.append(
                self._convert(DatastreamEntry, rest, f"{place}.datastreams[{len(datastreams)}]")
            )

    def _convert(self, kind: type[msgspec.Struct], cells: dict[str, str], place: str) -> Any:
        self._written.lines[place] = self._rows.line_num
        try:
            values = {name: _value_of(kind, name, cell) for name, cell in cells.items()}
            return msgspec.convert(values, kind, strict=False)
        except msgspec.ValidationError as error:
            reason, _, where = str(error).partition(" - at `")
            self._fault(place + where.strip("`").removeprefix("$"), reason)
        except ValueError as error:
            self._fault(place, str(error))
        return None

    def _fault(self, where: str, reason: str) -> None:
        self._written.faults.append(Fault(self._rows.line_num, where, reason))


def _columns() -> tuple[str, ...]:
    """Those of all sections, each once."""
    kinds: list[type[msgspec.Struct]] = [*SECTIONS.values(), ThingEntry, DatastreamEntry]
    names = [name for kind in kinds for name in kind.__struct_fields__ if name not in _NESTED]
    return tuple(dict.fromkeys(names))


def _value_of(kind: type[msgspec.Struct], name: str, cell: str) -> Any:
    shape = str(kind.__annotations__.get(name, ""))
    if shape.startswith("dict"):
        return json.loads(cell)
    if shape.startswith(("list", "tuple")):
        return [text.strip() for text in cell.split(BETWEEN.strip()) if text.strip()]
    return cell


def write_table(document: Document) -> str:
    """All of it as one table, which :func:`read_written` takes again. Outlines of places are not in it: they stay."""
    out = io.StringIO()
    columns = ["section", "source", *(name for name in _columns() if name != "geometry")]
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for section in SECTIONS:
        for entry in getattr(document, section):
            writer.writerow({"section": section, **_cells(entry)})
    for source in document.sources:
        for thing in source.things:
            row = {"section": THINGS, "source": source.code, **_cells(thing)}
            for cells in [_cells(each) for each in thing.datastreams] or [{}]:
                writer.writerow({**row, **cells})
    return out.getvalue()


def _cells(entry: msgspec.Struct) -> dict[str, str]:
    return {name: _cell(value) for name, value in msgspec.to_builtins(entry).items() if name not in _NESTED}


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return BETWEEN.join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
