"""What came of introductions: asked some days after contacts were shared, answered by both sides, counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from casework.access.model import Actor
from casework.outbox.service import enqueue
from casework.programme import Programme
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.service import lock, note, unit
from citycore.failures.service import Attempts
from citycore.store.connections import Connection
from hackathon.market.introductions import repository
from hackathon.market.introductions.desk import IntroductionDesk
from hackathon.market.introductions.errors import NotAsked
from hackathon.market.introductions.machine import INTRODUCTION
from hackathon.market.introductions.mails import INTRODUCTIONS, asked
from hackathon.market.introductions.model import Figures, Question, Side, Told
from hackathon.market.introductions.rules import is_programme, may_see, sides_of, stages_of, why_wrong
from hackathon.market.introductions.settings import IntroductionSettings
from hackathon.market.needs.rules import agencies_of, vendors_of

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
                done += attempts.attempt(subject, partial(_ask, connection, *question, at)) is not None
    return done


def _ask(connection: Connection, introduction_id: UUID, side: Side, days: int, at: datetime) -> bool:
    introduction = repository.find_introduction(connection, introduction_id)
    assert introduction is not None
    enqueue(connection, asked(connection, introduction, side, days, at), at)
    repository.mark_asked(connection, introduction_id, side, days, at)
    return True


def answer(  # noqa: PLR0913, PLR0917 (what is said, about what)
    connection: Connection, desk: IntroductionDesk, actor: Actor, introduction_id: UUID, days: int, told: Told
) -> None:
    """Say for one's side, once, what has come of it; from the day of the question on, mail or not."""
    refusal = why_wrong(told, desk.settings)
    if refusal is not None:
        raise refusal
    with unit(connection):
        standing = lock(connection, INTRODUCTIONS, introduction_id, actor)
        at = desk.desk.clock()
        side = _own_side(connection, actor.at(at), introduction_id)
        if not repository.answer(connection, introduction_id, side, days, told, actor.person_id, at):
            raise NotAsked
        note(connection, INTRODUCTIONS, standing, "answer", actor, at, {"side": side.value, "days": days})


def list_questions(
    connection: Connection, desk: IntroductionDesk, actor: Actor, introduction_id: UUID
) -> list[Question]:
    """Those of one's own side that have come due; all that have for the programme."""
    at = desk.desk.clock()
    acting = actor.at(at)
    with connection.transaction():
        introduction = repository.find_introduction(connection, introduction_id)
        if introduction is None or not may_see(acting, introduction):
            raise NoSuchObject
        sides = sides_of(acting, introduction)
        found = repository.find_questions(connection, introduction_id)
    return [one for one in found if one.due_at <= at and (one.side in sides or Side.PROGRAMME in sides)]


def list_waiting(
    connection: Connection, desk: IntroductionDesk, actor: Actor
) -> Sequence[tuple[UUID, Side, int]]:
    """Questions that the actor's organisations have not answered."""
    at = desk.desk.clock()
    own = [*agencies_of(actor.at(at)), *vendors_of(actor.at(at))]
    if not own:
        return []
    with connection.transaction():
        return repository.find_waiting(connection, own, at, desk.settings.page_rows_max)


def count_figures(connection: Connection, desk: IntroductionDesk, actor: Actor) -> Figures:
    """How many came how far, and what was said of them; for the programme."""
    if not is_programme(actor.at(desk.desk.clock())):
        raise NotAllowed
    with connection.transaction():
        states = repository.count_states(connection)
        ended = {
            one.name: states[one.name]
            for one in INTRODUCTION.states
            if one.is_terminal and one.name in states
        }
        return Figures(
            stages_of(repository.count_stages(connection)), ended, tuple(repository.find_asked(connection))
        )


def _own_side(connection: Connection, actor: Actor, introduction_id: UUID) -> Side:
    introduction = repository.find_introduction(connection, introduction_id)
    if introduction is None or not may_see(actor, introduction):
        raise NoSuchObject
    own = [side for side in sides_of(actor, introduction) if side is not Side.PROGRAMME]
    if not own:
        raise NotAllowed
    return own[0]
