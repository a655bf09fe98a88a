"""How results, appeals and votes are said, and results as tables of pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache, partial
from itertools import groupby
from typing import Any
from uuid import UUID

from casework.programme import Session
from casework.workflow.wording import Label
from citycore.normalisation import normalise_text
from hackathon.contest.challenges.service import get_challenge
from hackathon.contest.judging.peoples_choice import PeoplesChoice
from hackathon.contest.jury.model import WHOLE
from hackathon.contest.results.machine import APPEAL
from hackathon.contest.results.model import Continuation, Entry, Placing, ResultSet
from hub_api.programme.contest.jury.words import number_text
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.request import PortalRequest

#: Place, votes, and who has them.
Places = list[tuple[int, int, list[Entry]]]
#: Places of a podium.
PODIUM = 3
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Row:
    """A place of a table; ``is_shared`` says that somebody else holds it too."""

    placing: Placing
    entry: Entry
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The places of one track; ``title`` is that of its challenge, None where all are compared."""

    track: str
    title: str | None
    rows: tuple[Row, ...]

    @property
    def podium(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.placing.place <= PODIUM)

    @property
    def ties(self) -> list[tuple[Row, ...]]:
        """Who shares a place, place by place."""
        shared = [row for row in self.rows if row.is_shared]
        return [tuple(rows) for _, rows in groupby(shared, lambda row: row.placing.place)]

    @property
    def changed_places(self) -> list[int]:
        """Of the podium, those that the method decides."""
        return sorted({row.placing.place for row in self.rows if row.placing.is_flagged})


def tables_of(
    session: Session, request: PortalRequest, results: ResultSet | None, entries: Mapping[UUID, Entry]
) -> list[Table]:
    """By track. What has left the contest since is not named any more."""
    known = () if results is None else (one for one in results.placings if one.submission_id in entries)
    tables = []
    for track, found in groupby(known, lambda one: one.track):
        own = list(found)
        held = Counter(one.place for one in own)
        rows = tuple(Row(one, entries[one.submission_id], held[one.place] > 1) for one in own)
        title = None
        if track != WHOLE:
            title = get_challenge(session, UUID(track)).description.title(request.language)
        tables.append(Table(track, title, rows))
    return tables


def part_of_tables(
    tables: Sequence[Table], words: str, start: int, rows: int
) -> tuple[list[Table], int | None]:
    """So many places from one on, over all tables, by words of titles and teams; and where to go on, None at the end."""
    wanted = normalise_text(words)
    found = [
        (table, row)
        for table in tables
        for row in table.rows
        if not wanted or wanted in _comparable(f"{row.entry.title} {row.entry.team}")
    ]
    shown = groupby(found[start : start + rows], lambda one: one[0])
    part = [replace(table, rows=tuple(row for _, row in own)) for table, own in shown]
    return part, start + rows if len(found) > start + rows else None


#: Letter by letter it takes long, and a page of results is asked for again and again.
_comparable = lru_cache(maxsize=4_096)(normalise_text)


def choice_of(counted: PeoplesChoice, entries: Mapping[UUID, Entry]) -> Places:
    """The people's choice; nothing where nobody voted."""
    if not counted.counted:
        return []
    named = [
        (
            place.number,
            place.votes,
            [entries[key] for one in place.submissions if (key := UUID(one)) in entries],
        )
        for place in counted.places
    ]
    return [
        (number, votes, sorted(found, key=lambda one: one.title)) for number, votes, found in named if found
    ]


def figure(number: Decimal | None) -> str:
    """To two places, as pages show scores and marks."""
    return "–" if number is None else f"{number.quantize(_HUNDREDTH)}"


def vocabulary(_: PortalRequest) -> dict[str, Any]:
    """What the templates call things."""
    return {
        "figure": figure,
        "number": number_text,
        "continuation_label": continuation_label,
    }


#: A page of results.
page = partial(Page, here="hackathons", vocabulary=vocabulary)


def continuation_label(kind: Continuation) -> Label:
    return Label(APPEAL.package, f"continuation.{kind}")
