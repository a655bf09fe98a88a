"""Whoever owes an answer is reminded some working days before it is due, once for each date."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from casework.access.model import SYSTEM
from casework.decisions import mails, repository
from casework.decisions.settings import DecisionSettings
from casework.noun import Job, Stopping
from casework.programme import Programme, Session
from casework.working_time.model import Calendar
from casework.working_time.rules import is_working, left
from citycore.failures.service import Attempts

_NAME: Final = "decision_reminders"


def remind_due(programme: Programme, stopping: Stopping = lambda: False) -> int:
    """While offices are open; how many owners were reminded."""
    days, calendar, at = (
        programme.of(DecisionSettings).reminder_days,
        programme.of(Calendar),
        programme.clock(),
    )
    if not days or not is_working(calendar, at):
        return 0
    done = 0
    with programme.connect() as connection:
        attempts = Attempts(connection, _NAME, programme.clock)
        # Half of all days are none on which offices work, at the most.
        for decision_id, due_at in repository.find_unreminded(
            connection, at, at + timedelta(days=2 * days + 14)
        ):
            if stopping():
                break
            if left(calendar, at, due_at) <= days * calendar.day_minutes:
                work = partial(_remind, programme.within(connection, SYSTEM), decision_id, due_at)
                done += attempts.attempt(str(decision_id), work) or 0
    return done


def _remind(session: Session, decision_id: UUID, due_at: datetime) -> int:
    """One, in a transaction of its own, unless it is answered or due on another day by now."""
    with session.connection.transaction():
        decision, at = repository.find_decision(session.connection, decision_id), session.now()
        if decision is None or decision.state != "with_owner" or decision.due_at != due_at:
            return 0
        if not repository.note_reminder(session.connection, decision_id, due_at, at):
            return 0
        session.send(mails.to_owner(session, decision, "reminder"), at)
    return 1


JOB: Final = Job(_NAME, remind_due)
