"""Choosing reports by mail. Always the actor's own, except for whoever has the link of a mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from casework.people.tokens import TOKEN_CHARACTERS, new_token
from casework.programme import Session
from casework.report_mails import repository
from casework.report_mails.errors import (
    ReportAlreadyChosen,
    ReportAskedTooOften,
    ReportLinkUnknown,
    ReportNotActive,
    TooManyReports,
)
from casework.report_mails.model import Choice, Known, New, State, Subscription, Times
from casework.report_mails.rules import next_time, tidy, why_wrong
from casework.report_mails.settings import ReportMailSettings
from casework.workflow.errors import ChangedMeanwhile, check, existing


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What can be reported on."""

    places: Sequence[Known]
    properties: Sequence[Known]


def vocabulary(session: Session) -> Vocabulary:
    connection = session.connection
    return Vocabulary(repository.find_places(connection), repository.find_properties(connection))


def subscribe(session: Session, choice: Choice, times: Times) -> UUID:
    """From its next time on the report comes; :class:`WrongField`, :class:`TooManyReports`, :class:`ReportAlreadyChosen`."""
    person_id, known, connection = session.person_id, vocabulary(session), session.connection
    times = tidy(times)
    places = {one.code for one in known.places}
    check(why_wrong(choice, times, places, {one.code for one in known.properties}))
    repository.hold_person(connection, person_id)
    most = session.of(ReportMailSettings).subscriptions_max
    if repository.count(connection, person_id) >= most:
        raise TooManyReports(subscriptions_max=most)
    token, at = new_token(session.programme.random), session.now()
    new = New(session.new_id(), person_id, token, at, choice, times, next_time(times, at))
    if not repository.store(connection, new):
        raise ReportAlreadyChosen
    return new.subscription_id


def list_own(session: Session) -> list[Subscription]:
    """The oldest first."""
    return repository.find_own(session.connection, session.person_id)


def get_own(session: Session, subscription_id: UUID) -> Subscription:
    """:class:`NoSuchObject` of others', and once it has ended."""
    return existing(repository.find_own_one(session.connection, subscription_id, session.person_id))


def _hold_own(session: Session, subscription_id: UUID) -> Subscription:
    """The same, as it stands once nobody else changes or sends it."""
    repository.hold(session.connection, subscription_id)
    return get_own(session, subscription_id)


def pause(session: Session, subscription_id: UUID) -> None:
    """A second time changes nothing."""
    if _hold_own(session, subscription_id).state is State.ACTIVE:
        repository.pause(session.connection, subscription_id)


def resume(session: Session, subscription_id: UUID) -> None:
    """From its next time on it comes again; what was missed meanwhile does not."""
    found = _hold_own(session, subscription_id)
    if found.state is not State.ACTIVE:
        repository.resume(session.connection, subscription_id, next_time(found.times, session.now()))


def end(session: Session, subscription_id: UUID, seen_version: int | None = None) -> None:
    """:class:`ChangedMeanwhile` if it is another than was seen, where that is said."""
    if seen_version not in {None, _hold_own(session, subscription_id).version}:
        raise ChangedMeanwhile
    repository.end(session.connection, subscription_id)


def ask(session: Session, subscription_id: UUID) -> None:
    """Have one sent at once, besides its times; :class:`ReportAskedTooOften`, :class:`ReportNotActive`."""
    connection, at = session.connection, session.now()
    # Two at once would both find that nobody has asked.
    repository.hold_person(connection, session.person_id)
    if _hold_own(session, subscription_id).state is not State.ACTIVE:
        raise ReportNotActive
    minutes = session.of(ReportMailSettings).ask_minutes_min
    before = repository.last_asked(connection, session.person_id)
    if before is not None and at < before + timedelta(minutes=minutes):
        raise ReportAskedTooOften(minutes=minutes)
    repository.ask(connection, subscription_id, at)


def find_of_link(session: Session, stop_token: str) -> Subscription:
    """Which one a link of a mail ends; :class:`ReportLinkUnknown`, also once it has."""
    found = None
    if len(stop_token) == TOKEN_CHARACTERS and stop_token.isascii():
        found = repository.find_of_token(session.connection, stop_token)
    if found is None:
        raise ReportLinkUnknown
    return found


def end_by_link(session: Session, stop_token: str) -> None:
    """Nobody has to sign in for that."""
    repository.end(session.connection, find_of_link(session, stop_token).subscription_id)
