"""Notes sorted into themes: how many are about each, how often the program is right, and what everybody is told of it.

Who may sort and tell, the noun has asked before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.programme import Session
from casework.statistics.settings import StatisticsSettings
from casework.statistics.themes import Confusion, confusion
from casework.themes import service
from casework.themes.model import Theme, Topic
from casework.themes.rules import assign
from citycore.store.queries import load_queries

QUERIES = load_queries("casework.themes", "told.sql")


@dataclass(frozen=True, slots=True)
class Sorted:
    """``numbers`` are those of notes by theme, the most first; ``rest`` are about none. ``coded`` notes have the theme that a person
    gave them; ``checked`` compares these with what the program says without having learnt from them, None before there are any.
    """

    notes: int
    coded: int
    numbers: tuple[tuple[Theme, int], ...]
    rest: int
    checked: Confusion | None


@dataclass(frozen=True, slots=True)
class Told:
    """What everybody reads: themes of enough notes, and ``rest`` in smaller ones or none."""

    told_at: datetime
    notes: int
    numbers: tuple[tuple[Theme, int], ...]
    rest: int
    checked: Confusion | None


def sort_notes(session: Session, topic: Topic, notes: Mapping[UUID, str]) -> Sorted:
    """What people decided stays; the program sorts the others to the nearest theme."""
    reading = service.read(session, topic.object_id)
    by_hand = {one: theme for one, theme in reading.by_hand(topic.question).items() if one in notes}
    assigned = assign(notes, by_hand, session.of(StatisticsSettings))
    number = Counter(assigned.themes.values())
    themes = sorted(reading.themes.get(topic.question, ()), key=lambda one: (-number[one.code], one.code))
    checked = confusion(*zip(*assigned.checked, strict=True)) if assigned.checked else None
    numbers = tuple((one, number[one.code]) for one in themes)
    return Sorted(len(notes), len(by_hand), numbers, number[None], checked)


def tell(session: Session, topic: Topic, notes: Mapping[UUID, str]) -> Sorted:
    """Show everybody what the notes are about now, in place of what was shown before."""
    found, least = sort_notes(session, topic, notes), session.of(StatisticsSettings).cell_min
    checked = found.checked
    document = {
        "numbers": {one.code: number for one, number in found.numbers if number >= least},
        "checked": None if checked is None else [checked.themes, checked.counts, checked.alpha],
    }
    values = {"at": session.now(), "notes": found.notes, "document": Jsonb(document)}
    session.connection.execute(QUERIES["tell"], values | topic._asdict())
    return found


def find_told(session: Session, topic: Topic) -> Told | None:
    """None before anybody has had it told."""
    row = session.connection.execute(QUERIES["told"], topic._asdict()).fetchone()
    if row is None:
        return None
    told_at, notes, document = row
    known = {one.code: one for one in service.read(session, topic.object_id).themes.get(topic.question, ())}
    pairs = ((known[code], number) for code, number in document["numbers"].items() if code in known)
    numbers = tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0].code)))
    rest = notes - sum(number for _, number in numbers)
    return Told(told_at, notes, numbers, rest, _confusion(document["checked"]))


def _confusion(stored: list[list[object]] | None) -> Confusion | None:
    if stored is None:
        return None
    themes, counts, alpha = stored
    rows: tuple[tuple[int, ...], ...] = tuple(tuple(row) for row in counts)  # type: ignore[arg-type]
    return Confusion(
        themes=tuple(themes),  # type: ignore[arg-type]
        counts=rows,
        right=sum(row[place] for place, row in enumerate(rows)),
        checked=sum(map(sum, rows)),
        alpha=alpha,  # type: ignore[arg-type]
    )
