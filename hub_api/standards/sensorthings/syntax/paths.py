"""The path of a request, cut at its slashes: names with the keys in their brackets. What they mean is decided elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hub_api.standards.sensorthings.errors import NothingThere
from hub_api.standards.sensorthings.settings import SensorThingsSettings

_SEGMENT = re.compile(
    r"""(?P<name>[^/('\[]+)
        (?: \( \s* (?P<key> -?[\w.:\-]+ | '(?:[^']|'')*' ) \s* \) )?
        (?P<places> (?:\[\d{1,9}\])* )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Segment:
    """``Things(1)``: the name, and the key as it was written, without quotes."""

    name: str
    key: str | None = None
    is_quoted: bool = False


def parse_path(path: str, settings: SensorThingsSettings) -> tuple[Segment, ...]:
    """The segments behind the root. ``NothingThere`` for what cannot be a path."""
    if len(path) > settings.path_characters_max:
        raise NothingThere("path_too_long", maximum=settings.path_characters_max)
    segments: list[Segment] = []
    place = 0
    path = path.strip("/")
    while place < len(path):
        found = _SEGMENT.match(path, place)
        if found is None or (found.end() < len(path) and path[found.end()] != "/"):
            raise NothingThere("no_segment", piece=path[place:])
        place = found.end() + 1
        segments.append(_segment(found))
        segments += [Segment(number) for number in re.findall(r"\d+", found["places"])]
        if len(segments) > settings.path_segments_max:
            raise NothingThere("path_too_deep", maximum=settings.path_segments_max)
    return tuple(segments)


def _segment(found: re.Match[str]) -> Segment:
    key = found["key"]
    if key is None:
        return Segment(found["name"])
    if key.startswith("'"):
        return Segment(found["name"], key[1:-1].replace("''", "'"), is_quoted=True)
    return Segment(found["name"], key)
