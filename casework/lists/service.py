"""Reading lists, and doing the same with many of their rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from psycopg.rows import dict_row

from casework.access.model import HUB, Role
from casework.access_log.service import note_access
from casework.lists.errors import ListChanged, NothingChosen, TooManyChosen
from casework.lists.model import DeskList, Found, Row, Wanted
from casework.lists.rules import (
    Statement,
    counts_by_choice,
    counts_of,
    is_asked,
    page_of,
    place_of,
    some_of,
    total_of,
    wanted_of,
)
from casework.lists.settings import ListSettings
from casework.programme import Session
from casework.workflow.errors import Busy, NotConfirmed
from citycore.errors import FalajError
from citycore.store.rows import known
from citycore.store.sent import statements_sent

#: A row, and the version of it that was seen.
Chosen: TypeAlias = tuple[UUID, int | None]
Take: TypeAlias = Callable[[Session, UUID, int | None], object]


class Refused(NamedTuple):
    object_id: UUID
    why: FalajError


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many were done, and which were not and why."""

    done: int
    refused: Sequence[Refused]


def read(session: Session, desk: DeskList, wanted: Wanted, *ids: UUID) -> Found:
    """A page of it; whoever is shown is noted."""
    values, most = desk.values(session, *ids), session.of(ListSettings).page_rows
    if desk.asked_first and not is_asked(wanted):
        return Found([], 0, False, {}, None, None)
    found = _rows(session, page_of(desk, wanted, values, most + 1))
    is_more, rows = len(found) > most, found[:most]
    is_backwards = wanted.before is not None
    if is_backwards:
        rows.reverse()
    has_before = is_more if is_backwards else wanted.after is not None
    has_after = is_more if not is_backwards else True
    _note(session, desk, rows)
    total, counts = _count(session, desk, wanted, values)
    return Found(
        rows,
        total,
        desk.counted is None and total > session.of(ListSettings).counted_rows_max,
        counts,
        place_of(desk, rows[0]) if rows and has_before else None,
        place_of(desk, rows[-1]) if rows and has_after else None,
    )


def read_all(session: Session, desk: DeskList, wanted: Wanted, *ids: UUID) -> list[Row]:
    """All rows that match, as many as a file of them may have; whoever is in them is noted."""
    if desk.asked_first and not is_asked(wanted):
        return []
    rows = _all_rows(session, desk, wanted, session.of(ListSettings).csv_rows_max, *ids)
    _note(session, desk, rows)
    return rows


def find_matching(
    session: Session, desk: DeskList, wanted: Wanted, seen: int, *ids: UUID
) -> list[tuple[UUID, int | None]]:
    """All that match with their versions, where there are as many as were ``seen``; :class:`ListChanged`, :class:`TooManyChosen`."""
    most = session.of(ListSettings).bulk_rows_max
    rows = _all_rows(session, desk, wanted, most + 1, *ids)
    if len(rows) > most:
        raise TooManyChosen(rows_max=most)
    if len(rows) != seen:
        raise ListChanged(now=len(rows))
    return [(row[desk.key], row.get("version")) for row in rows]


def count(session: Session, desk: DeskList, *ids: UUID) -> int:
    """How many rows there are as it begins, up to as many as are counted."""
    values, most = desk.values(session, *ids), session.of(ListSettings).counted_rows_max
    ((total,),) = _answer(session, total_of(desk, wanted_of(desk, {}), values, most))
    return int(total)


def find_some(session: Session, desk: DeskList, keys: Collection[UUID], *ids: UUID) -> dict[UUID, Row]:
    """Rows by their keys, as far as they are in the list."""
    found = _rows(session, some_of(desk, keys, desk.values(session, *ids)))
    return {row[desk.key]: row for row in found}


def take_each(
    session: Session,
    desk: DeskList,
    chosen: Sequence[Chosen],
    take: Take,
) -> Outcome:
    """Do it to each, in the order of their identifiers, as everybody else does who needs several of them: what is refused is left
    out, and the rest is done. Whoever has to be asked first is asked once, about all.
    """
    if not chosen:
        raise NothingChosen
    most = session.of(ListSettings).bulk_rows_max
    if len(chosen) > most:
        raise TooManyChosen(rows_max=most)
    ordered = sorted(set(chosen), key=lambda one: one[0])
    with session.together(desk.binding, {object_id for object_id, _ in ordered}) as own:
        try:
            try:
                refused = _take_at_once(own, ordered, take)
            except (_HasWritten, Busy):
                refused = _take_apart(own, ordered, take)
        except NotConfirmed as asked:
            raise NotConfirmed(asked.kind, asked.deed, None, asked.becomes, number=len(ordered)) from None
    return Outcome(len(ordered) - len(refused), refused)


class _HasWritten(Exception):
    """Something was refused after it had sent statements, which are to be taken back alone."""


def _take_at_once(session: Session, ordered: Sequence[Chosen], take: Take) -> list[Refused]:
    """In one part of the transaction: what is refused, as nearly all that is, before anything was written needs none of its own."""
    refused, gathered = [], known(session.gathered)
    if not gathered.standings:  # each is looked up first
        raise _HasWritten
    with session.part(), statements_sent(session.connection) as sent:
        for object_id, version in ordered:
            before = sent()
            try:
                with gathered.part():
                    take(session, object_id, version)
            except NotConfirmed:
                raise
            except FalajError as why:
                if sent() > before:
                    raise _HasWritten from why
                refused.append(Refused(object_id, why))
    return refused


def _take_apart(session: Session, ordered: Sequence[Chosen], take: Take) -> list[Refused]:
    """Each in a part of its own, which a refusal takes back."""
    refused = []
    for object_id, version in ordered:
        try:
            with session.part():
                take(session, object_id, version)
        except NotConfirmed:
            raise
        except FalajError as why:
            refused.append(Refused(object_id, why))
    return refused


def _count(session: Session, desk: DeskList, wanted: Wanted, values: Any) -> tuple[int, dict[str, int]]:
    """How many rows match, and how many there are of each choice that is counted."""
    by, counts = desk.counted, dict[str, int]()
    if by is not None:
        counts = counts_by_choice(by, dict(_answer(session, counts_of(desk, wanted, by, values))))
        total = counts.get(wanted.chosen[by.name])
        if total is not None:
            return total, counts
    most = session.of(ListSettings).counted_rows_max + 1
    ((total,),) = _answer(session, total_of(desk, wanted, values, most))
    return total, counts


def _answer(session: Session, asked: Statement) -> list[tuple[Any, ...]]:
    return session.connection.execute(asked.sql, asked.values, prepare=asked.prepare).fetchall()


def _all_rows(session: Session, desk: DeskList, wanted: Wanted, most: int, *ids: UUID) -> list[Row]:
    everything = Wanted(wanted.chosen, wanted.sort)
    return _rows(session, page_of(desk, everything, desk.values(session, *ids), most))


def _rows(session: Session, asked: Statement) -> list[Row]:
    with session.connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(asked.sql, asked.values, prepare=asked.prepare)
        return list(cursor.fetchall())


def _note(session: Session, desk: DeskList, rows: Sequence[Row]) -> None:
    if desk.noted is not None:
        what, columns = desk.noted
        people = {row[column] for row in rows for column in columns if row[column] is not None}
        note_access(session.connection, session.actor, sorted(people), what, session.now())


def held_by(roles: Collection[Role]) -> Callable[[Session], Mapping[str, object]]:
    """The ``values`` of a list of the whole hub that needs none, for whoever has one of these roles."""

    def values(session: Session) -> Mapping[str, object]:
        session.require(roles, [HUB])
        return {}

    return values
