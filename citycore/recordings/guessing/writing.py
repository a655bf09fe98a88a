"""A guess as the text of a mapping, with its doubts as comments. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from citycore.clock import CITY_ZONE
from citycore.recordings.errors import InvalidRecording
from citycore.recordings.guessing.guess import Guess, GuessedColumn, guess
from citycore.recordings.guessing.sample import read_table
from citycore.vocabulary import observed_properties

_CODE_CHARACTERS_MAX = 40


def guess_mapping(file: Path, source: str | None = None, zone: str | None = None) -> str:
    """The text of a mapping for a file; :class:`InvalidRecording` if it is no table with times and values."""
    if zone is not None:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError) as error:
            raise InvalidRecording(file, 1, "unknown_zone", zone=zone) from error
    found = guess(read_table(file), file.name)
    if found is None:
        raise InvalidRecording(file, 1, "nothing_guessed")
    stem = file.name.split(".")[0]
    return "\n".join(_lines(found, source or _code(stem, "recording"), stem, zone)) + "\n"


def _lines(found: Guess, source: str, stem: str, zone: str | None) -> Iterator[str]:
    yield "# Guessed from a sample. Read it, correct it, then: falaj load FILE --mapping THIS_FILE --register"
    yield f"missing = {_list(found.missing)}"
    yield from _ignored(found.ignored)
    yield from _file(found)
    title = re.sub(r"[_\s]+", " ", stem).strip()
    yield from ("", "[source]", f"code = {_text(source)}", f"name_en = {_text(title)}")
    yield f"name_ar = {_text(title)}  # write the name in Arabic"
    yield f"zone = {_text(zone or CITY_ZONE.key)}" + _doubt(
        zone, "whose days count; the city's zone, since none was given"
    )
    yield from _time(found, zone)
    yield from _things(found, source, title)
    yield from ("", "[columns]")
    codes = dict(zip(found.things, _codes(found.things), strict=True))
    for column in found.columns:
        yield _column(column, codes)


def _doubt(zone: str | None, note: str) -> str:
    return "" if zone is not None else f"  # {note}"


def _ignored(ignored: dict[str, str]) -> Iterator[str]:
    yield "ignore = ["
    for name, why in ignored.items():
        yield f"  {_text(name)},  # {_one_line(why)}"
    yield "]"


def _file(found: Guess) -> Iterator[str]:
    table = found.table
    yield from ("", "[file]", f"encoding = {_text(table.encoding)}", f"delimiter = {_text(table.delimiter)}")
    yield f"decimal = {_text(table.decimal)}"
    yield f"header_line = {table.header_line}"


def _time(found: Guess, zone: str | None) -> Iterator[str]:
    yield from ("", "[time]")
    for note in found.time.notes:
        yield f"# {_one_line(note)}"
    for key, value in found.time.entries.items():
        yield f"{key} = {_text(value)}"
    if not found.time.has_offset:
        yield f"zone = {_text(zone or CITY_ZONE.key)}" + _doubt(
            zone, "of the times; the city's zone, since none was given"
        )
        yield 'ambiguous = "order"  # an hour that occurs twice: first, last or refuse instead'


def _things(found: Guess, source: str, title: str) -> Iterator[str]:
    yield from ("", "[thing]", f"kind = {_text(_kind(found))}")
    if found.interval_seconds is not None:
        yield f"interval_seconds = {found.interval_seconds}"
    if not found.things:
        yield from (f"code = {_text(source)}", f"name_en = {_text(title)}", f"name_ar = {_text(title)}")
        yield from ("# longitude = 58.4", "# latitude = 23.6")
        return
    if found.thing_column is not None:
        yield f"column = {_text(found.thing_column)}"
    for note in found.notes if found.thing_column is not None else ():
        yield f"# {_one_line(note)}"
    for label, code in zip(found.things, _codes(found.things), strict=True):
        key = label if found.thing_column is not None else code
        yield from ("", f"[thing.values.{_text(key)}]", f"code = {_text(_whole(source, code))}")
        yield from (f"name_en = {_text(label)}", f"name_ar = {_text(label)}")


def _kind(found: Guess) -> str:
    sector = observed_properties()[found.columns[0].code].sector
    return {"air": "air_quality_station", "weather": "weather_station"}.get(sector, "sensor")


def _column(column: GuessedColumn, codes: dict[str, str]) -> str:
    entries = [f"observed_property = {_text(column.code)}"]
    if column.is_category:
        entries.append('result_type = "category"')
    else:
        entries.append(f"unit = {_text(column.unit)}")
    if column.to is not None:
        entries.append(f"to = {_text(column.to)}")
    if column.thing is not None:
        entries.append(f"thing = {_text(codes[column.thing])}")
    notes = f"  # {_one_line('; '.join(column.notes))}" if column.notes else ""
    return f"{_text(column.name)} = {{ {', '.join(entries)} }}{notes}"


def _codes(labels: Iterable[str]) -> list[str]:
    """A code for each label, none twice."""
    found: list[str] = []
    for number, label in enumerate(labels, 1):
        code = _code(label, f"thing-{number}")
        found.append(code if code not in found else f"{code}-{number}")
    return found


def _whole(source: str, code: str) -> str:
    """A thing's code is its own among all sources."""
    return f"{source}-{code}"[:60].rstrip("-_")


def _code(text: str, otherwise: str) -> str:
    code = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:_CODE_CHARACTERS_MAX].strip("-")
    return code or otherwise


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _one_line(text: str) -> str:
    return " ".join(text.split())
