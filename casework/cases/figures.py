"""What is told in numbers of the cases of an organisation in a month: a release, made once, some time after the month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID, uuid5

import numpy as np

from casework.access.model import SYSTEM
from casework.cases import repository
from casework.noun import Job, Stopping
from casework.programme import Programme, Session
from casework.statistics.kaplan_meier import curve
from casework.statistics.releases import service as releases
from casework.statistics.releases.model import Draft, Figure, FigureKind, PrintedTable, Subject
from casework.statistics.releases.rules import decimal, option_figures, printed_table
from casework.statistics.settings import StatisticsSettings
from casework.statistics.statement import Facts, Sampling
from casework.statistics.suppression import audit, protect
from citycore.clock import CITY_ZONE
from citycore.failures.service import Attempts
from citycore.store.connections import Connection

METHOD: Final = ("kaplan_meier", "wilson", "cells_hidden_and_audited")
#: Ratings of so many points and more are those of people who are satisfied.
_SATISFIED: Final = 4
_NAMESPACE: Final = UUID("b1f5b1f6-6f0a-4d2e-9d0a-0a4f6f6b5c11")


@dataclass(frozen=True, slots=True)
class Table:
    """All rows, also those in which nothing may be: that one is missing would tell. Codes of rows are those of one table alone.
    Of ``is_answered`` it is told how long answers took and how people rated them; at most one is.
    """

    code: str
    rows: tuple[str, ...]
    columns: tuple[str, ...] = ()
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """A case as figures have it: its cell, its level, and how long it took; ``points`` are those of a rating."""

    row: str
    column: str
    level: int
    received_at: datetime
    ended_at: datetime | None
    points: int | None


@dataclass(frozen=True, slots=True)
class Counting:
    """What a noun has counted. ``kind`` is that of its cases, ``days`` after a month it is released, ``find`` reads the month of
    an organisation.
    """

    job: str
    kind: str
    tables: tuple[Table, ...]
    days: Callable[[Programme], int]
    find: Callable[[Connection, UUID, date], Sequence[Counted]]


def job_of(counting: Counting) -> Job:
    return Job(counting.job, lambda programme, stopping: tidy(programme, counting, stopping))


def tidy(programme: Programme, counting: Counting, stopping: Stopping = lambda: False) -> int:
    """Release the months that are long enough over; how many there were. One that fails is set aside, the others go on."""
    done, days = 0, timedelta(days=counting.days(programme))
    with programme.connect() as connection:
        attempts = Attempts(connection, counting.job, programme.clock)
        before = (programme.clock() - days).astimezone(CITY_ZONE).date().replace(day=1)
        for organisation_id, month in repository.find_months(connection, counting.kind, before):
            if stopping():
                break
            session = programme.within(connection, SYSTEM)
            work = partial(_release, session, counting, organisation_id, month)
            done += attempts.attempt(f"{organisation_id}/{month:%Y-%m}", work) or 0
    return done


def subject_of(kind: str, organisation_id: UUID, month: date) -> Subject:
    name = f"{organisation_id}/{month:%Y-%m}"
    return Subject(f"{kind}_month", uuid5(_NAMESPACE, f"{kind}/{name}"), f"{kind}_figures")


def count(
    tables: Sequence[Table], said: Sequence[Counted], at: datetime, settings: StatisticsSettings
) -> tuple[list[Figure], list[PrintedTable]]:
    """Figures and tables. All figures are of totals that the tables print, so that none tells more than they do."""
    cells = Counter((one.row, one.column) for one in said)
    answered = [one for one in said if one.row in _rows_of(tables)]
    printed = [_printed(table, cells, settings) for table in tables]
    return list(_figures(answered, at, settings)), printed


def _rows_of(tables: Sequence[Table]) -> frozenset[str]:
    return frozenset(row for table in tables if table.is_answered for row in table.rows)


def _release(session: Session, counting: Counting, organisation_id: UUID, month: date) -> int:
    """In a transaction of its own."""
    connection, settings = session.connection, session.of(StatisticsSettings)
    with connection.transaction():
        said = _without_few(counting.tables, counting.find(connection, organisation_id, month), settings)
        release_id: UUID | None = None
        rows: list[tuple[str, list[int | None]]] = []
        if len(said) >= settings.answers_min:
            draft = _draft(session, counting, subject_of(counting.kind, organisation_id, month), month, said)
            release_id = releases.release(session, draft, lambda *_: None).release_id
            rows = [row for table in draft.tables for row in _told(table)]
        repository.set_released(connection, (organisation_id, month, counting.kind), release_id, rows)
    return int(release_id is not None)


def _without_few(
    tables: Sequence[Table], said: Sequence[Counted], settings: StatisticsSettings
) -> list[Counted]:
    """Without the cases of a table that has only few: as part of the number, how many they are would tell of somebody."""
    parts = ([one for one in said if one.row in table.rows] for table in tables)
    return [one for part in parts if len(part) >= settings.cell_min for one in part]


def _draft(
    session: Session, counting: Counting, subject: Subject, month: date, said: Sequence[Counted]
) -> Draft:
    settings, n = session.of(StatisticsSettings), len(said)
    figures, tables = count(counting.tables, said, session.now(), settings)
    sampling = Sampling.SELF_SELECTED
    begins = datetime(month.year, month.month, 1, tzinfo=CITY_ZONE)
    return Draft(
        subject=subject,
        facts=Facts(sampling=sampling, answered=n, answers_min=settings.answers_min, may_repeat=True),
        n=n,
        opened_at=begins,
        closed_at=(begins + timedelta(days=31)).replace(day=1),
        method=METHOD,
        figures=tuple(figures),
        tables=tuple(tables),
    )


def _printed(table: Table, cells: Counter[tuple[str, str]], settings: StatisticsSettings) -> PrintedTable:
    counts = [[cells[row, column] for column in table.columns or ("",)] for row in table.rows]
    shape = (len(table.rows), len(table.columns)) if table.columns else (len(table.rows),)
    released = protect(np.array(counts, np.int64).reshape(shape), settings)
    if released is not None and audit(released, settings):
        released = None
    return printed_table(table.code, table.rows, table.columns, released)


def _told(table: PrintedTable) -> Iterator[tuple[str, list[int | None]]]:
    """Each row with its sum at the end; nothing of rows of none. Of a table that is withheld all are hidden."""
    width = len(table.columns) + 1 if table.columns else 1
    for number, row in enumerate(table.rows):
        known = table.cells or (None,) * (width * len(table.rows))
        cells = list(known[number * width : (number + 1) * width])
        if cells[-1] != 0:
            yield row, cells


def _figures(answered: Sequence[Counted], at: datetime, settings: StatisticsSettings) -> Iterator[Figure]:
    """How many were raised to a higher level, how long answers took with what is open still, and how content people were."""
    yield from _share("escalated", [one.level > 1 for one in answered], settings)
    if len(answered) >= settings.base_min:
        taken = curve(
            [((one.ended_at or at) - one.received_at) / timedelta(days=1) for one in answered],
            np.array([one.ended_at is not None for one in answered]),
        )
        for kind, share in ((FigureKind.MEDIAN_DAYS, 0.5), (FigureKind.P90_DAYS, 0.9)):
            if (days := taken.time_until(share)) is not None:
                low, high = (None if end is None else decimal(end) for end in taken.interval_until(share))
                base, value = len(answered), decimal(days)
                yield Figure(code="time_to_answer", kind=kind, base=base, value=value, low=low, high=high)
    rated = [one.points >= _SATISFIED for one in answered if one.points is not None]
    # Of how many is a number of people too, and so is how many have not rated.
    if not 0 < len(answered) - len(rated) < settings.cell_min:
        yield from _share("satisfied", rated, settings)


def _share(code: str, found: Sequence[bool], settings: StatisticsSettings) -> tuple[Figure, ...]:
    if len(found) < settings.base_min:
        return ()
    return option_figures(code, {code: sum(found)}, len(found), settings)
