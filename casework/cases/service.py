"""Cases for the nouns that have some: a noun's service takes its own steps and calls these beside them.

Nothing here asks for a role: the noun's machine does. What stands in a thread is read by whom its visibility says, and a
person of the staff who is in conflict with a case is answered as if it were not there.
"""

from __future__ import annotations

from uuid import UUID

from casework.cases import repository
from casework.cases.errors import (
    AlreadyRated,
    CannotMerge,
    HandlerBarred,
    MessageTooLong,
    NoHandler,
    NothingSaid,
    TooManyMessages,
    WrongLevel,
)
from casework.cases.model import (
    LEVEL_MAX,
    Asker,
    Case,
    Handler,
    Message,
    NewCase,
    NewMessage,
    Rating,
    Sender,
    Visibility,
)
from casework.cases.rules import choose_handler, is_barred, why_not_merged, why_not_rated
from casework.cases.settings import CaseSettings
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, check, existing

#: What whoever asked reads of the thread.
FOR_ASKER = frozenset({Visibility.ASKER, Visibility.PUBLIC})
FOR_STAFF = frozenset(Visibility)
FOR_ALL = frozenset({Visibility.PUBLIC})


def open_case(session: Session, case_id: UUID, kind: str, new: NewCase) -> UUID:
    """What somebody is owed an answer to, of a noun's new object; nobody handles it yet.

    The case: another one than ``case_id`` where the same page was sent before, and then nothing was opened.
    """
    is_new = repository.store_case(session.connection, case_id, kind, new, session.now())
    return (
        case_id if is_new or new.once is None else repository.find_sent_before(session.connection, new.once)
    )


def get_case(session: Session, case_id: UUID) -> Case:
    """The case; :class:`NoSuchObject`, also for whoever is in conflict with it."""
    found = existing(repository.find_case(session.connection, case_id))
    person_id = session.actor.person_id
    if person_id is not None and _is_hidden(session, case_id, person_id):
        raise NoSuchObject
    return found


def get_asker(session: Session, case_id: UUID) -> Asker:
    return repository.find_asker(session.connection, case_id)


def say(session: Session, case_id: UUID, new: NewMessage) -> UUID | None:
    """Add to the thread; None for a mail that is there already."""
    settings, text = session.of(CaseSettings), new.text.strip()
    if not text:
        raise NothingSaid
    if len(text) > settings.message_characters_max:
        raise MessageTooLong(characters_max=settings.message_characters_max)
    repository.lock_cases(session.connection, [case_id])
    count = repository.count_messages(session.connection, case_id)
    if count >= settings.messages_max:
        raise TooManyMessages(messages_max=settings.messages_max)
    person_id = session.actor.person_id if new.sender is Sender.STAFF else None
    message = Message(
        session.new_id(),
        case_id,
        count + 1,
        new.visibility,
        new.sender,
        person_id,
        text,
        new.language,
        new.channel,
        session.now(),
    )
    return message.message_id if repository.add_message(session.connection, message, new.mail_id) else None


def thread(session: Session, case_id: UUID, visibilities: frozenset[Visibility]) -> list[Message]:
    """What was said, the oldest first, as far as the reader may read it."""
    return repository.find_messages(session.connection, case_id, visibilities)


def hand_over(session: Session, case_id: UUID, level: int) -> Handler:
    """To somebody of the level, or a higher one, who is not in conflict with the case and has not had it before.

    :class:`NoHandler` if there is nobody; the case stays where it is.
    """
    case = existing(repository.find_case(session.connection, case_id))
    repository.lock_handlers(session.connection, case.organisation_id)
    if case.handler_id is not None:
        repository.bar(session.connection, case_id, case.handler_id, "before")
    handlers = list_handlers(session, case.organisation_id)
    chosen = choose_handler(handlers, repository.find_bars(session.connection, case), level, case_id)
    if chosen is None:
        raise NoHandler
    repository.give(session.connection, case_id, chosen.person_id, level)
    return chosen


def hand_to(session: Session, case_id: UUID, person_id: UUID) -> None:
    """To somebody by name; :class:`HandlerBarred` if they may not have it."""
    case = existing(repository.find_case(session.connection, case_id))
    repository.lock_handlers(session.connection, case.organisation_id)
    handlers = list_handlers(session, case.organisation_id)
    bars = repository.find_bars(session.connection, case)
    chosen = next((handler for handler in handlers if handler.person_id == person_id), None)
    if chosen is None or chosen.level < case.level or is_barred(chosen, bars):
        raise HandlerBarred
    if case.handler_id is not None and case.handler_id != person_id:
        repository.bar(session.connection, case_id, case.handler_id, "before")
    repository.give(session.connection, case_id, person_id, case.level)


def list_handlers(session: Session, organisation_id: UUID) -> list[Handler]:
    """Who answers cases of an organisation, the first level first."""
    return repository.find_handlers(
        session.connection, organisation_id, session.of(CaseSettings).handlers_max
    )


def name_handler(session: Session, organisation_id: UUID, handler: Handler) -> None:
    """From now on somebody answers cases up to a level, of all offices or of theirs; what they have in hand stays theirs."""
    if not 1 <= handler.level <= LEVEL_MAX:
        raise WrongLevel(most=LEVEL_MAX)
    repository.keep_handler(session.connection, organisation_id, handler)


def dismiss_handler(session: Session, organisation_id: UUID, person_id: UUID) -> None:
    """They are given no more cases; those that they have go on in their hands until somebody gives them to others."""
    repository.drop_handler(session.connection, organisation_id, person_id)


def next_level(case: Case) -> int:
    return min(case.level + 1, LEVEL_MAX)


def declare_conflict(session: Session, case_id: UUID, person_id: UUID) -> None:
    """Somebody has a part in the case: from now on it is not there for them."""
    repository.bar(session.connection, case_id, person_id, "declared")


def merge(session: Session, case_id: UUID, main_id: UUID, *, is_alike: bool) -> None:
    """Let a case follow another, with those that follow it already; ``is_alike`` says that both are open and of one kind."""
    repository.lock_cases(session.connection, (case_id, main_id))
    case, main = (existing(repository.find_case(session.connection, one)) for one in (case_id, main_id))
    check(why_not_merged(case, main, is_alike=is_alike))
    repository.merge(session.connection, case_id, main_id)


def take_out(session: Session, case_id: UUID) -> None:
    """Its asker objects: it goes its own way again, and is not merged a second time."""
    repository.lock_cases(session.connection, [case_id])
    if not repository.take_out(session.connection, case_id, session.now()):
        raise CannotMerge


def following(session: Session, case_id: UUID) -> list[UUID]:
    """The cases that were merged into it: what happens to it is told to their askers too."""
    return repository.find_following(session.connection, case_id)


def close(session: Session, case_id: UUID, *, is_open: bool = False) -> None:
    """It no longer counts among what its handler has to do, or does so again."""
    repository.set_closed(session.connection, case_id, None if is_open else session.now())


def rate(session: Session, case_id: UUID, points: int, text: str) -> None:
    """How satisfied its asker is, said once."""
    check(why_not_rated(points))
    most = session.of(CaseSettings).message_characters_max
    if len(text) > most:
        raise MessageTooLong(characters_max=most)
    if not repository.rate(session.connection, case_id, Rating(points, text.strip(), session.now())):
        raise AlreadyRated


def get_rating(session: Session, case_id: UUID) -> Rating | None:
    return repository.find_rating(session.connection, case_id)


def _is_hidden(session: Session, case_id: UUID, person_id: UUID) -> bool:
    """From somebody of the staff who is in conflict; its own asker sees it as its asker, by another way."""
    return repository.is_in_conflict(session.connection, case_id, person_id)
