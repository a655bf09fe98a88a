"""What follows from a step of a case, whoever has taken it: clocks, hands, levels, and who is told.

The noun's machine has steps of these names, and such of these deadlines as it has a use for; its package has the mails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from casework.cases import service
from casework.cases.handling import hand_over
from casework.cases.mails import Matter, to_asker, to_handler
from casework.cases.repository import find_case
from casework.programme import Session
from casework.workflow.errors import existing
from casework.workflow.model import Machine, Moved
from casework.working_time.model import Calendar

ACKNOWLEDGE_DUE, ANSWER_DUE, ASKER_DUE, RATE_DUE, SETTLE_DUE = DEADLINES = (
    "acknowledge_due",
    "answer_due",
    "asker_due",
    "rate_due",
    "settle_due",
)
#: Whoever asked ends it themselves, and is not told.
_ENDED_BY_ASKER: Final = frozenset({"withdraw", "rate"})


class Days(NamedTuple):
    """Working days until a case is acknowledged, answered, answered at a higher level, and replied to; days in which an answer is
    rated or disputed.
    """

    acknowledge: int
    answer: int
    level: int
    asker: int
    rate: int


@dataclass(frozen=True, slots=True)
class Course:
    """Of a noun's cases; ``days`` may differ from case to case."""

    machine: Machine[Any]
    matter: Callable[[Session, UUID], Matter]
    days: Callable[[Session, UUID], Days]
    #: The states in which those who handle it have the next word.
    owed: tuple[str, ...]

    def due(self, session: Session, case_id: UUID, state: str) -> datetime | None:
        """When their next word is, if they have it."""
        name = ACKNOWLEDGE_DUE if state == self.machine.initial.name else ANSWER_DUE
        return session.planned(case_id).get(name) if state in self.owed else None

    def begin(self, session: Session, case_id: UUID) -> None:
        """It is acknowledged in time."""
        allow(session, case_id, ACKNOWLEDGE_DUE, self.days(session, case_id).acknowledge)

    def follow(self, session: Session, moved: Moved) -> None:
        """After each step."""
        case_id, days = moved.object_id, self.days(session, moved.object_id)
        match moved.event:
            case "acknowledge":
                allow(session, case_id, ANSWER_DUE, days.answer)
                session.send(to_asker(session, self.matter(session, case_id), "acknowledged"), moved.at)
            case "ask":
                allow(session, case_id, ASKER_DUE, days.asker)
            case "answer":
                session.set_deadline(case_id, RATE_DUE, moved.at + timedelta(days=days.rate))
            case "dispute" | "escalate":
                self._rise(session, moved, days)
            case "object":
                self._take_out(session, moved, days)
        if self.machine.state(moved.target).is_terminal:
            self._end(session, moved)

    def _rise(self, session: Session, moved: Moved, days: Days) -> None:
        """To the next level, into other hands, with days of its own; whoever asked is told."""
        case_id = moved.object_id
        level = service.next_level(existing(find_case(session.connection, case_id)))
        hand_over(session, case_id, level)
        deadline = ACKNOWLEDGE_DUE if moved.target == self.machine.initial.name else ANSWER_DUE
        allow(session, case_id, deadline, days.level)
        matter = self.matter(session, case_id)
        session.send(to_asker(session, matter, "escalated", level=level), moved.at)
        session.send(to_handler(session, matter, "new"), moved.at)

    def _take_out(self, session: Session, moved: Moved, days: Days) -> None:
        """It goes its own way, with a clock and in hands of its own, if it had none before."""
        case_id = moved.object_id
        service.take_out(session, case_id)
        case = existing(find_case(session.connection, case_id))
        if ANSWER_DUE not in session.planned(case_id):
            allow(session, case_id, ANSWER_DUE, days.answer)
        if case.handler_id is None:
            hand_over(session, case_id, case.level)
        session.send(to_handler(session, self.matter(session, case_id), "new"), moved.at)

    def _end(self, session: Session, moved: Moved) -> None:
        """It is over for its handler, and soon for what follows it."""
        service.close(session, moved.object_id)
        for follower in service.following(session, moved.object_id):
            session.set_deadline(follower, SETTLE_DUE, moved.at)
        if moved.event not in _ENDED_BY_ASKER:
            matter = self.matter(session, moved.object_id)
            session.send(to_asker(session, matter, "closed", **self.machine.told(moved)), moved.at)


def allow(session: Session, case_id: UUID, deadline: str, days: int) -> None:
    """So many working days."""
    session.allow(case_id, deadline, days * session.of(Calendar).day_minutes)
