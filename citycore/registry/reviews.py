"""Whether the hub's staff accepts a source: until then it is in no figure of the city, and afterwards it can be taken out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from citycore.registry.errors import ReviewWrong, SourceNotFound
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import row_of, rows_of

QUERIES: Final = load_queries("citycore.registry", "reviews.sql")
REASON_CHARACTERS_MAX: Final = 1_000


class Review(StrEnum):
    """How a source stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TAKEN_OUT = "taken_out"


#: What can be decided of a source that stands so. Who was refused or taken out may be accepted later.
DECISIONS: Final = {
    Review.WAITING: (Review.ACCEPTED, Review.REFUSED),
    Review.ACCEPTED: (Review.TAKEN_OUT,),
    Review.REFUSED: (Review.ACCEPTED,),
    Review.TAKEN_OUT: (Review.ACCEPTED,),
}


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with its reason; ``decided_by`` is the key of an account, or the command line."""

    review: str
    reason: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Excess:
    """Messages that a source sent beyond what one may that is not accepted; nobody has looked at them."""

    messages: int
    newest_at: datetime


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A source of somebody but the operator, and how it stands."""

    code: str
    name_en: str
    name_ar: str
    owner: str
    review: str
    created_at: datetime
    things: int
    excess: Excess | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against a datastream: its hours, flags and gaps, and the median of its neighbours in the same place."""

    thing: str
    thing_en: str
    thing_ar: str
    place: str | None
    property_en: str
    property_ar: str
    unit: str
    newest_at: datetime | None
    newest: float | None
    first_at: datetime | None
    observations: int
    flagged: int
    mean: float | None
    gaps: int
    neighbours: int
    median: float | None


class Subject(NamedTuple):
    """What was decided about."""

    owner: str | None
    name_en: str
    name_ar: str


def decide(connection: Connection, code: str, decided: Decided) -> Subject:
    """Note a decision; it holds at once for all things of the source and their whole history.

    :class:`SourceNotFound`; :class:`ReviewWrong` without a reason, or where the source does not stand so that it can be decided.
    """
    row = connection.execute(QUERIES["lock"], {"code": code}).fetchone()
    if row is None:
        raise SourceNotFound(source=code)
    source_id, stands, owner, name_en, name_ar = row
    review, reason = Review(decided.review), decided.reason.strip()
    if not 0 < len(reason) <= REASON_CHARACTERS_MAX or review not in DECISIONS[Review(stands)]:
        raise ReviewWrong(source=code, review=stands, maximum=REASON_CHARACTERS_MAX)
    connection.execute(QUERIES["change"], {"review": review, "source_id": source_id})
    noted = {"by_whom": decided.decided_by, "at": decided.decided_at}
    connection.execute(QUERIES["note"], {"source_id": source_id, "review": review, "reason": reason, **noted})
    return Subject(owner, name_en, name_ar)


def review_of(connection: Connection, code: str) -> Review:
    """:class:`SourceNotFound`."""
    row = connection.execute(QUERIES["review_of"], {"code": code}).fetchone()
    if row is None:
        raise SourceNotFound(source=code)
    return Review(row[0])


def excess_of(connection: Connection, code: str) -> Excess | None:
    """None of a source that never sent too much."""
    return row_of(connection, Excess, QUERIES["excess_of"], {"code": code})


def decisions_of(connection: Connection, code: str, rows: int) -> Sequence[Decided]:
    """The newest first."""
    return rows_of(connection, Decided, QUERIES["of_source"], {"code": code, "rows": rows})


def list_reviewed(connection: Connection, rows: int) -> Sequence[Reviewed]:
    """Those that wait first."""
    return rows_of(connection, Reviewed, QUERIES["listed"], {"code": None, "rows": rows})


def find_reviewed(connection: Connection, code: str) -> Reviewed | None:
    """None of what there is not, and of what the operator has registered."""
    return next(iter(rows_of(connection, Reviewed, QUERIES["listed"], {"code": code, "rows": 1})), None)


def evidence_of(connection: Connection, code: str, since: datetime, rows: int) -> Sequence[Evidence]:
    """Of each datastream, by thing."""
    return rows_of(connection, Evidence, QUERIES["evidence"], {"code": code, "since": since, "rows": rows})
