"""Questions of vendors, answers to everybody, and what is added to a need after it was published."""

from __future__ import annotations

from uuid import UUID

from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from casework.workflow.model import Window
from casework.workflow.repository import hold_deadlines
from casework.workflow.rules import why_closed
from casework.workflow.wording import Label
from citycore.language import Language
from citycore.store.rows import known
from hackathon.market.needs import errors, mails, repository
from hackathon.market.needs.machine import AGENCY, ANSWERED_IN, NEED, QUESTIONS_CLOSE, UNPUBLISHED
from hackathon.market.needs.model import Addendum, Answer, Need, Question
from hackathon.market.needs.repository import NEEDS
from hackathon.market.needs.rules import FIELDS, check_answer, is_inside
from hackathon.market.needs.service import get_need, get_own_need, own_vendor
from hackathon.market.needs.settings import NeedSettings


def ask(session: Session, need_id: UUID, text: str, language: Language) -> Question:
    """A question of a verified vendor, until questions close. Nobody is told whose it is."""
    connection, standing = session.connection, session.lock(NEEDS, need_id)
    need = get_need(session, need_id)
    vendor = own_vendor(session)
    if vendor is None:
        raise errors.VendorNotVerified
    held = hold_deadlines(connection, need_id)
    at = session.now()
    refusal = why_closed(NEED, Window(until=QUESTIONS_CLOSE), held, at)
    if standing.state not in ANSWERED_IN or refusal is not None:
        raise refusal or errors.NeedNotAsking()
    question = Question(session.new_id(), need_id, text.strip(), language, at, None, None, None, None)
    _check_question(session, question, vendor.vendor_id)
    repository.add_question(connection, question, vendor.vendor_id, session.actor.person_id)
    session.note(NEEDS, standing, "ask", at)
    session.send(mails.asked(session, need, at), at)
    return question


def ask_once(session: Session, need_id: UUID, text: str, language: Language) -> Question:
    """As :func:`ask`; what the vendor has asked already in the same words is the one there is."""
    session.lock(NEEDS, need_id)
    get_need(session, need_id)
    vendor = own_vendor(session)
    same = None
    if vendor is not None:
        same = repository.find_same_question(session.connection, need_id, vendor.vendor_id, text.strip())
    return same or ask(session, need_id, text, language)


def answer(session: Session, need_id: UUID, question_id: UUID, given: Answer) -> None:
    """To everybody, once, with the question in words that do not tell who asked."""
    check_answer(given, session.of(NeedSettings))
    standing = session.hold(NEEDS, need_id, AGENCY)
    if standing.state not in {*ANSWERED_IN, "suspended"}:
        raise errors.NeedNotAsking
    at = session.now()
    if not repository.has_question(session.connection, need_id, question_id):
        raise NoSuchObject
    if not repository.answer_question(session.connection, need_id, question_id, given, at):
        raise errors.QuestionAnswered
    session.note(NEEDS, standing, "answer", at, question=str(question_id))
    session.send(mails.answered(session, known(repository.find_need(session.connection, need_id))), at)


def add(session: Session, need_id: UUID, text_ar: str, text_en: str) -> Addendum:
    """An addendum to what is published, for good; whoever is responding is mailed it."""
    standing, settings = session.lock(NEEDS, need_id), session.of(NeedSettings)
    session.require(AGENCY, standing.scopes)
    if standing.state in UNPUBLISHED or NEED.state(standing.state).is_terminal:
        raise errors.NeedNotPublished
    at = session.now()
    addendum = Addendum(text_ar.strip(), text_en.strip(), at)
    for text in (addendum.text_ar, addendum.text_en):
        FIELDS.check_text("addendum", text, settings.answer_characters_max)
    if len(repository.find_addenda(session.connection, need_id)) >= settings.addenda_max:
        raise _too_many("addenda", settings.addenda_max)
    new_id, author = session.new_id(), session.actor.person_id
    repository.add_addendum(session.connection, new_id, need_id, addendum, author)
    session.note(NEEDS, standing, "add_addendum", at)
    need = known(repository.find_need(session.connection, need_id))
    session.send(mails.added(session, need, addendum), at)
    return addendum


def add_once(session: Session, need_id: UUID, text_ar: str, text_en: str) -> Addendum:
    """As :func:`add`; what has been added already in the same words is the one there is."""
    session.lock(NEEDS, need_id)
    get_own_need(session, need_id)
    texts = (text_ar.strip(), text_en.strip())
    for addendum in repository.find_addenda(session.connection, need_id):
        if (addendum.text_ar, addendum.text_en) == texts:
            return addendum
    return add(session, need_id, text_ar, text_en)


def list_questions(session: Session, need_id: UUID) -> list[Question]:
    """With their answers for everybody; also those that wait for one to its agency and the programme."""
    need, found = get_need(session, need_id), repository.find_questions(session.connection, need_id)
    if is_inside(session.actor, need):
        return found
    return [question for question in found if question.answered_at is not None]


def list_own_questions(session: Session, need_id: UUID) -> list[Question]:
    """What the actor's company has asked and nobody has answered yet."""
    get_need(session, need_id)
    vendor = own_vendor(session)
    if vendor is None:
        return []
    found = repository.find_own_questions(session.connection, need_id, vendor.vendor_id)
    return [question for question in found if question.answered_at is None]


def list_addenda(session: Session, need_id: UUID) -> list[Addendum]:
    get_need(session, need_id)
    return repository.find_addenda(session.connection, need_id)


def may_ask(session: Session, need: Need) -> bool:
    """Whether the form of questions is of use to the actor."""
    return need.state in ANSWERED_IN and own_vendor(session) is not None


def _check_question(session: Session, question: Question, vendor_id: UUID) -> None:
    settings = session.of(NeedSettings)
    FIELDS.check_text("question", question.text, settings.question_characters_max)
    of_all, of_vendor = repository.count_questions(session.connection, question.need_id, vendor_id)
    if of_all >= settings.questions_max or of_vendor >= settings.vendor_questions_max:
        raise _too_many("questions", settings.vendor_questions_max)


def _too_many(what: str, count_max: int) -> errors.NeedTooMany:
    return errors.NeedTooMany(what=Label(NEED.package, f"field.{what}"), count_max=count_max)
