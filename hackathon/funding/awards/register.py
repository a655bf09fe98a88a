"""What everybody may read of awards, and what programme officers still have to offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import existing
from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import row_of, rows_of
from hackathon.funding.awards.machine import PUBLIC
from hackathon.funding.awards.repository import find_budget, kept_from
from hackathon.funding.awards.settings import AwardSettings
from hackathon.funding.reviewing.deciding.repository import find_decided

QUERIES = load_queries("hackathon.funding.awards", "register.sql")


@dataclass(frozen=True, slots=True)
class Entry:
    """``recipient`` is the organisation on whose behalf was applied; people are not named."""

    award_id: UUID
    state: str
    title_ar: str
    title_en: str
    abstract_ar: str
    abstract_en: str
    currency: str
    amount_minor: int
    paid_minor: int
    starts_on: date
    ends_on: date
    governorate: str
    call_id: UUID
    call: Names
    recipient: Names | None


@dataclass(frozen=True, slots=True)
class Page:
    """``totals`` are what was granted and paid by currency, in minor units, of the whole register."""

    entries: list[Entry]
    after: UUID | None
    totals: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An application that was approved and has no award.

    ``amount_minor`` is what was decided, or else asked for; the conditions are those of the decision.
    """

    application_id: UUID
    reference: str
    round: int
    title: str
    summary: str
    amount_minor: int | None
    conditions_ar: str = ""
    conditions_en: str = ""


def list_entries(session: Session, words: str, after: UUID | None) -> Page:
    """A page of the register, the newest first, of awards whose texts have the words in any spelling."""
    connection, rows = session.connection, session.of(AwardSettings).page_rows_max
    parameters = {
        "states": sorted(PUBLIC),
        "pattern": like_pattern(words),
        "after": after,
        "award_id": None,
        "rows": rows + 1,
    }
    found = rows_of(connection, Entry, QUERIES["entries"], parameters)
    sums = connection.execute(QUERIES["totals"], {"states": sorted(PUBLIC)}).fetchall()
    totals = {currency: (int(granted), int(paid)) for currency, granted, paid in sums}
    return Page(found[:rows], found[rows - 1].award_id if len(found) > rows else None, totals)


def get_entry(session: Session, award_id: UUID) -> Entry:
    """One of the register; :class:`NoSuchObject`."""
    parameters = {"states": sorted(PUBLIC), "pattern": "%", "after": None, "award_id": award_id, "rows": 1}
    return existing(row_of(session.connection, Entry, QUERIES["entries"], parameters))


def find_waiting(session: Session, call_id: UUID) -> list[Waiting]:
    """Approved applications of a call to which nothing was offered, in the order of their references; none that is
    kept from the actor.
    """
    connection = session.connection
    parameters = {"call_id": call_id, "hidden": list(kept_from(connection, session.actor, call_id))}
    waiting = rows_of(connection, Waiting, QUERIES["waiting"], parameters)
    return [_as_decided(connection, one) for one in waiting]


def budget_left(session: Session, call_id: UUID) -> tuple[int, str]:
    """What is not granted yet of a call's budget, and its currency."""
    return find_budget(session.connection, call_id)


def _as_decided(connection: Connection, waiting: Waiting) -> Waiting:
    decided = find_decided(connection, waiting.application_id, waiting.round)
    if decided is None:
        return waiting
    verdict = decided.verdict
    amount_minor = waiting.amount_minor if verdict.amount_minor is None else verdict.amount_minor
    return replace(
        waiting,
        amount_minor=amount_minor,
        conditions_ar=verdict.conditions_ar,
        conditions_en=verdict.conditions_en,
    )
