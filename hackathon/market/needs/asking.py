"""Questions of vendors, answers to everybody, and what is added to a need after it was published."""

from __future__ import annotations

from uuid import UUID

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.outbox.service import enqueue
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Window
from casework.workflow.repository import hold_deadlines
from casework.workflow.rules import why_closed
from casework.workflow.service import lock, note, unit
from casework.workflow.wording import Label
from citycore.language import Language
from citycore.store.connections import Connection
from hackathon.market.needs import errors, mails, repository
from hackathon.market.needs.desk import NeedDesk
from hackathon.market.needs.machine import AGENCY, ANSWERED_IN, NEED, QUESTIONS_CLOSE, UNPUBLISHED
from hackathon.market.needs.model import Addendum, Answer, Need, Question
from hackathon.market.needs.repository import NEEDS
from hackathon.market.needs.rules import is_inside, vendors_of, why_wrong_answer, wrong
from hackathon.market.needs.service import get_need, get_own_need


def ask(  # noqa: PLR0913, PLR0917 (what, about what, by whom)
    connection: Connection,
    desk: NeedDesk,
    actor: Actor,
    need_id: UUID,
    text: str,
    language: Language,
) -> Question:
    """A question of a verified vendor, until questions close. Nobody is told whose it is."""
    with unit(connection):
        standing = lock(connection, NEEDS, need_id, actor)
        need = get_need(connection, actor, need_id)
        vendor = repository.find_vendor(connection, vendors_of(actor.at(desk.desk.clock())))
        if vendor is None:
            raise errors.NotVerifiedVendor
        held = hold_deadlines(connection, need_id)
        at = desk.desk.clock()
        refusal = why_closed(NEED, Window(until=QUESTIONS_CLOSE), held, at)
        if standing.state not in ANSWERED_IN or refusal is not None:
            raise refusal or errors.NotAsking()
        question = Question(desk.desk.new_id(), need_id, text.strip(), language, at, None, None, None, None)
        _check_question(connection, desk, question, vendor[0])
        repository.add_question(connection, question, vendor[0], actor.person_id)
        note(connection, NEEDS, standing, "ask", actor, at)
        enqueue(connection, mails.asked(connection, desk, need, at), at)
    return question


def ask_once(  # noqa: PLR0913, PLR0917 (as ask)
    connection: Connection,
    desk: NeedDesk,
    actor: Actor,
    need_id: UUID,
    text: str,
    language: Language,
) -> Question:
    """As :func:`ask`; what the vendor has asked already in the same words is the one there is."""
    with unit(connection):
        lock(connection, NEEDS, need_id, actor)
        get_need(connection, actor, need_id)
        vendor = repository.find_vendor(connection, vendors_of(actor.at(desk.desk.clock())))
        known = None
        if vendor is not None:
            known = repository.find_same_question(connection, need_id, vendor[0], text.strip())
        return known or ask(connection, desk, actor, need_id, text, language)


def answer(  # noqa: PLR0913, PLR0917 (what, to what, by whom)
    connection: Connection,
    desk: NeedDesk,
    actor: Actor,
    need_id: UUID,
    question_id: UUID,
    given: Answer,
) -> None:
    """To everybody, once, with the question in words that do not tell who asked."""
    refusal = why_wrong_answer(given, desk.settings)
    if refusal is not None:
        raise refusal
    with unit(connection):
        standing = lock(connection, NEEDS, need_id, actor)
        at = desk.desk.clock()
        if not holds_any(actor.at(at), AGENCY, standing.scopes):
            raise NotAllowed
        if standing.state not in {*ANSWERED_IN, "suspended"}:
            raise errors.NotAsking
        if not repository.has_question(connection, need_id, question_id):
            raise NoSuchObject
        if not repository.answer_question(connection, need_id, question_id, given, at):
            raise errors.AlreadyAnswered
        note(connection, NEEDS, standing, "answer", actor, at, {"question": str(question_id)})
        enqueue(connection, mails.answered(connection, desk, _get(connection, need_id)), at)


def add(  # noqa: PLR0913, PLR0917 (what, to what, by whom)
    connection: Connection, desk: NeedDesk, actor: Actor, need_id: UUID, text_ar: str, text_en: str
) -> Addendum:
    """An addendum to what is published, for good; whoever is responding is mailed it."""
    with unit(connection):
        standing = lock(connection, NEEDS, need_id, actor)
        at = desk.desk.clock()
        if not holds_any(actor.at(at), AGENCY, standing.scopes):
            raise NotAllowed
        if standing.state in UNPUBLISHED or NEED.state(standing.state).is_terminal:
            raise errors.NotPublished
        addendum = Addendum(text_ar.strip(), text_en.strip(), at)
        if not all(
            1 <= len(text) <= desk.settings.answer_characters_max
            for text in (text_ar.strip(), text_en.strip())
        ):
            raise wrong("addendum", f"1–{desk.settings.answer_characters_max}")
        if len(repository.find_addenda(connection, need_id)) >= desk.settings.addenda_max:
            raise _too_many("addenda", desk.settings.addenda_max)
        repository.add_addendum(connection, desk.desk.new_id(), need_id, addendum, actor.person_id)
        note(connection, NEEDS, standing, "add_addendum", actor, at)
        enqueue(connection, mails.added(connection, desk, _get(connection, need_id), addendum), at)
    return addendum


def add_once(  # noqa: PLR0913, PLR0917 (as add)
    connection: Connection, desk: NeedDesk, actor: Actor, need_id: UUID, text_ar: str, text_en: str
) -> Addendum:
    """As :func:`add`; what has been added already in the same words is the one there is."""
    with unit(connection):
        lock(connection, NEEDS, need_id, actor)
        get_own_need(connection, actor, need_id)
        texts = (text_ar.strip(), text_en.strip())
        for known in repository.find_addenda(connection, need_id):
            if (known.text_ar, known.text_en) == texts:
                return known
        return add(connection, desk, actor, need_id, text_ar, text_en)


def list_questions(connection: Connection, actor: Actor, need_id: UUID) -> list[Question]:
    """With their answers for everybody; also those that wait for one to its agency and the programme."""
    need = get_need(connection, actor, need_id)
    with connection.transaction():
        found = repository.find_questions(connection, need_id)
    return found if is_inside(actor, need) else [one for one in found if one.answered_at is not None]


def list_own_questions(connection: Connection, actor: Actor, need_id: UUID) -> list[Question]:
    """What the actor's company has asked and nobody has answered yet."""
    get_need(connection, actor, need_id)
    with connection.transaction():
        vendor = repository.find_vendor(connection, vendors_of(actor))
        found = [] if vendor is None else repository.find_own_questions(connection, need_id, vendor[0])
    return [one for one in found if one.answered_at is None]


def list_addenda(connection: Connection, actor: Actor, need_id: UUID) -> list[Addendum]:
    get_need(connection, actor, need_id)
    with connection.transaction():
        return repository.find_addenda(connection, need_id)


def may_ask(connection: Connection, actor: Actor, need: Need) -> bool:
    """Whether the form of questions is of use to the actor."""
    if need.state not in ANSWERED_IN:
        return False
    with connection.transaction():
        return repository.find_vendor(connection, vendors_of(actor)) is not None


def _check_question(connection: Connection, desk: NeedDesk, question: Question, vendor_id: UUID) -> None:
    settings = desk.settings
    if not 1 <= len(question.text) <= settings.question_characters_max:
        raise wrong("question", f"1–{settings.question_characters_max}")
    of_all, of_vendor = repository.count_questions(connection, question.need_id, vendor_id)
    if of_all >= settings.questions_max or of_vendor >= settings.vendor_questions_max:
        raise _too_many("questions", settings.vendor_questions_max)


def _too_many(what: str, count_max: int) -> errors.TooMany:
    return errors.TooMany(what=Label(NEED.package, f"field.{what}"), count_max=count_max)


def _get(connection: Connection, need_id: UUID) -> Need:
    need = repository.find_need(connection, need_id)
    assert need is not None
    return need
