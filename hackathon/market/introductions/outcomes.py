"""What came of introductions: asked some days after contacts were shared, answered by both sides, counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from casework.organisations.speakers import agencies_of
from casework.outbox.service import enqueue
from casework.programme import Programme, Session
from citycore.failures.service import Attempts
from citycore.store.connections import Connection
from citycore.store.rows import known
from hackathon.market.introductions import repository
from hackathon.market.introductions.errors import IntroductionNotAsked
from hackathon.market.introductions.machine import INTRODUCTION, PROGRAMME
from hackathon.market.introductions.mails import INTRODUCTIONS, mails
from hackathon.market.introductions.model import Figures, Question, QuestionKey, Side, Told
from hackathon.market.introductions.rules import check_told, sides_of, stages_of
from hackathon.market.introductions.service import get_introduction, get_own_side
from hackathon.market.introductions.settings import IntroductionSettings
from hackathon.market.needs.rules import vendors_of

JOB = "introduction_questions"


def ask_due(programme: Programme, stopping: Callable[[], bool] = lambda: False) -> int:
    """Ask what is due, each question once and in a transaction of its own; how many.

    Two workers at once share the work, as in the clockwork. A question that cannot be asked is set aside.
    """
    done, asked_max = 0, programme.of(IntroductionSettings).asked_max
    with programme.connect() as connection:
        attempts = Attempts(connection, JOB, programme.clock)
        while done < asked_max and not stopping():
            with connection.transaction():
                at = programme.clock()
                question = repository.find_next_question(connection, JOB, at)
                if question is None:
                    break
                subject = " ".join(map(str, question))
                done += attempts.attempt(subject, partial(_ask, connection, question, at)) is not None
    return done


def _ask(connection: Connection, question: QuestionKey, at: datetime) -> bool:
    introduction = known(repository.find_introduction(connection, question.introduction_id))
    enqueue(connection, mails(connection, introduction, "asked", [question.side], at, days=question.days), at)
    repository.mark_asked(connection, question, at)
    return True


def answer(session: Session, introduction_id: UUID, days: int, told: Told) -> None:
    """Say for one's side, once, what has come of it; from the day of the question on, mail or not."""
    check_told(told, session.of(IntroductionSettings))
    standing = session.lock(INTRODUCTIONS, introduction_id)
    at, side = session.now(), get_own_side(session, introduction_id)
    question = QuestionKey(introduction_id, side, days)
    if not repository.answer(session.connection, question, told, session.actor.person_id, at):
        raise IntroductionNotAsked
    session.note(INTRODUCTIONS, standing, "answer", at, side=side.value, days=days)


def list_questions(session: Session, introduction_id: UUID) -> list[Question]:
    """Those of one's own side that have come due; all that have for the programme."""
    at = session.now()
    sides = sides_of(session.actor.at(at), get_introduction(session, introduction_id))
    found = repository.find_questions(session.connection, introduction_id)
    return [one for one in found if one.due_at <= at and (one.side in sides or Side.PROGRAMME in sides)]


def list_waiting(session: Session) -> list[QuestionKey]:
    """Questions that the actor's organisations have not answered."""
    at = session.now()
    own = [*agencies_of(session.actor.at(at)), *vendors_of(session.actor.at(at))]
    rows = session.of(IntroductionSettings).page_rows_max
    return repository.find_waiting(session.connection, own, at, rows) if own else []


def count_figures(session: Session) -> Figures:
    """How many came how far, and what was said of them; for the programme."""
    session.require(PROGRAMME, [])
    stages, states = repository.count_stages(session.connection)
    terminal = [one.name for one in INTRODUCTION.states if one.is_terminal]
    return Figures(
        stages_of(stages),
        {name: states[name] for name in terminal if name in states},
        tuple(repository.find_asked(session.connection)),
    )
