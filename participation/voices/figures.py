"""What is told in numbers of what was said to an agency in a month: a release, made once, some time after the month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID, uuid5

import numpy as np

from casework.access.model import SYSTEM
from casework.governorates.model import Governorate
from casework.noun import Job, Stopping
from casework.programme import Programme, Session
from casework.statistics.kaplan_meier import curve
from casework.statistics.releases import service as releases
from casework.statistics.releases.model import Draft, Figure, FigureKind, PrintedTable, Subject
from casework.statistics.releases.rules import decimal, option_figures, printed_table
from casework.statistics.settings import StatisticsSettings
from casework.statistics.statement import Facts, Sampling
from casework.statistics.suppression import audit, protect
from casework.statistics.tables import Released
from citycore.clock import CITY_ZONE
from citycore.failures.service import Attempts
from participation.voices import repository
from participation.voices.model import UNKNOWN, Counted, Kind
from participation.voices.settings import VoiceSettings

JOB_NAME: Final = "voice_figures"
METHOD: Final = ("kaplan_meier", "wilson", "cells_hidden_and_audited")
#: Ends of what is answered, of which each has one. What ended in another way is told with them, so that they add up.
ENDS: Final = ("put_right", "not_put_right", "still_open", "ended_otherwise")
#: All, also where nothing was said: that a row is missing would tell.
PLACES: Final = (*(one.value for one in Governorate), UNKNOWN)
ANSWERED: Final = tuple((kind, place) for kind in (Kind.COMPLAINT, Kind.SUGGESTION) for place in PLACES)
_SATISFIED: Final = 4
_NAMESPACE: Final = UUID("b1f5b1f6-6f0a-4d2e-9d0a-0a4f6f6b5c11")


def tidy(programme: Programme, stopping: Stopping = lambda: False) -> int:
    """Release the months that are long enough over; how many there were. One that fails is set aside, the others go on."""
    done, days = 0, timedelta(days=programme.of(VoiceSettings).figures_days)
    with programme.connect() as connection:
        attempts = Attempts(connection, JOB_NAME, programme.clock)
        before = (programme.clock() - days).astimezone(CITY_ZONE).date().replace(day=1)
        for organisation_id, month in repository.find_months(connection, before):
            if stopping():
                break
            work = partial(_release, programme.within(connection, SYSTEM), organisation_id, month)
            done += attempts.attempt(f"{organisation_id}/{month:%Y-%m}", work) or 0
    return done


def subject_of(organisation_id: UUID, month: date) -> Subject:
    return Subject("voice_month", uuid5(_NAMESPACE, f"{organisation_id}/{month:%Y-%m}"), "voices")


def count(
    said: Sequence[Counted], at: datetime, settings: StatisticsSettings
) -> tuple[list[Figure], list[tuple[PrintedTable, Released | None]]]:
    """Figures and tables. All figures are of the totals that the tables print, so that none tells more than they do."""
    answered = [one for one in said if one.kind is not Kind.QUALITY_NOTE]
    notes = Counter(one.governorate for one in said if one.kind is Kind.QUALITY_NOTE)
    ends = Counter((one.kind, one.governorate, _end(one)) for one in answered)
    tables = [
        _table(
            "answered",
            [f"{kind.value}.{place}" for kind, place in ANSWERED],
            ENDS,
            [[ends[kind, place, end] for end in ENDS] for kind, place in ANSWERED],
            settings,
        ),
        _table("noted", PLACES, (), [notes[place] for place in PLACES], settings),
    ]
    return list(_figures(answered, at, settings)), tables


def _release(session: Session, organisation_id: UUID, month: date) -> int:
    """In a transaction of its own."""
    with session.connection.transaction():
        said = repository.find_counted(session.connection, organisation_id, month)
        settings = session.of(StatisticsSettings)
        told = _without_few(said, settings)
        release_id: UUID | None = None
        rows: list[tuple[object, ...]] = []
        if len(told) >= settings.answers_min:
            draft, rows = _draft(session, subject_of(organisation_id, month), month, told)
            release_id = releases.release(session, draft, lambda *_: None).release_id
        repository.set_released(session.connection, organisation_id, month, release_id, rows)
    return int(release_id is not None)


def _without_few(said: Sequence[Counted], settings: StatisticsSettings) -> list[Counted]:
    """Without the notes, or without all but the notes, where those are few: how many they are would tell of somebody."""
    notes = [one for one in said if one.kind is Kind.QUALITY_NOTE]
    others = [one for one in said if one.kind is not Kind.QUALITY_NOTE]
    return [one for part in (others, notes) if len(part) >= settings.cell_min for one in part]


def _draft(
    session: Session, subject: Subject, month: date, said: Sequence[Counted]
) -> tuple[Draft, list[tuple[object, ...]]]:
    settings, n = session.of(StatisticsSettings), len(said)
    figures, tables = count(said, session.now(), settings)
    facts = Facts(
        sampling=Sampling.SELF_SELECTED, answered=n, answers_min=settings.answers_min, may_repeat=True
    )
    begins = datetime(month.year, month.month, 1, tzinfo=CITY_ZONE)
    ends = (begins + timedelta(days=31)).replace(day=1)
    draft = Draft(
        subject=subject,
        facts=facts,
        n=n,
        opened_at=begins,
        closed_at=ends,
        method=METHOD,
        figures=tuple(figures),
        tables=tuple(printed for printed, _ in tables),
    )
    return draft, list(_rows(*(table for _, table in tables)))


def _table(
    code: str, rows: Sequence[str], columns: Sequence[str], counts: object, settings: StatisticsSettings
) -> tuple[PrintedTable, Released | None]:
    table = protect(np.array(counts, np.int64), settings)
    if table is not None and audit(table, settings):
        table = None
    return printed_table(code, rows, columns, table), table


def _rows(answered: Released | None, noted: Released | None) -> Iterator[tuple[object, ...]]:
    """What the open list tells row by row: kind, place, received and ends; nothing of rows of none."""
    width = len(ENDS) + 1
    cells = [None] * (width * len(ANSWERED)) if answered is None else answered.printed()
    for number, (kind, place) in enumerate(ANSWERED):
        *ends, received = cells[number * width : (number + 1) * width]
        if received != 0:
            yield (kind, place, received, *ends[:3])
    for place, received in zip(
        PLACES, [None] * len(PLACES) if noted is None else noted.printed(), strict=False
    ):
        if received != 0:
            yield (Kind.QUALITY_NOTE, place, received, None, None, None)


def _end(one: Counted) -> str:
    if one.outcome == "resolved":
        return "put_right"
    if one.outcome in {"answered_not_done", "not_ours"}:
        return "not_put_right"
    return "ended_otherwise" if one.is_closed else "still_open"


def _figures(answered: Sequence[Counted], at: datetime, settings: StatisticsSettings) -> Iterator[Figure]:
    """How many were raised to a higher level, how long answers took with what is open still, and how content people were."""
    yield from _share("escalated", [one.level > 1 for one in answered], settings)
    if len(answered) >= settings.base_min:
        taken = curve(
            [((one.ended_at or at) - one.received_at) / timedelta(days=1) for one in answered],
            np.array([one.ended_at is not None for one in answered]),
        )
        for kind, share in ((FigureKind.MEDIAN_DAYS, 0.5), (FigureKind.P90_DAYS, 0.9)):
            days, (low, high) = taken.time_until(share), taken.interval_until(share)
            if days is not None:
                values = [None if one is None else decimal(one) for one in (days, low, high)]
                yield Figure(
                    code="time_to_answer",
                    kind=kind,
                    base=len(answered),
                    value=values[0],
                    low=values[1],
                    high=values[2],
                )
    rated = [one.points >= _SATISFIED for one in answered if one.points is not None]
    # Of how many is a number of people too, and so is how many have not rated.
    if not 0 < len(answered) - len(rated) < settings.cell_min:
        yield from _share("satisfied", rated, settings)


def _share(code: str, found: Sequence[bool], settings: StatisticsSettings) -> tuple[Figure, ...]:
    if len(found) < settings.base_min:
        return ()
    return option_figures(code, {code: sum(found)}, len(found), settings)


JOB: Final = Job(JOB_NAME, tidy)
