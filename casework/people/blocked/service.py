"""Whether a password is among those that are guessed first: the list that comes with the hub, and the operator's own."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from casework.people.blocked import filter as filters
from casework.people.blocked.filter import Filter
from casework.people.blocked.rules import looked_up


def is_blocked(password: str, own_lists: tuple[Path, ...] = ()) -> bool:
    """Also with a year, a few digits or marks at its ends, twice, or with digits for letters; :class:`BlockListUnusable`."""
    known = (shipped(), *map(_read, own_lists))
    return any(text in one for text in looked_up(password) for one in known)


@cache
def shipped() -> Filter:
    """The list that comes with the hub, read at the first question."""
    with as_file(files("casework.people.blocked") / "known.filter") as file:
        return filters.read(file)


@cache
def _read(file: Path) -> Filter:
    return filters.read(file)
