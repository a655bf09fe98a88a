"""Sending the reports that are due: each is made once for all who chose the same, outside of transactions, and mailed to each in one of its own.

A report whose time passed while nobody looked comes once, however often it was missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

import structlog

from casework.access.model import SYSTEM
from casework.outbox.model import Attached, Mail, Template
from casework.outbox.service import keep_file
from casework.outbox.settings import OutboxSettings
from casework.people.model import Recipient
from casework.programme import Programme, Session
from casework.report_mails import repository
from casework.report_mails.making import Make
from casework.report_mails.model import PACKAGE, Choice, Fault, Made, Subscription
from casework.report_mails.rules import file_name, next_time, next_try
from casework.report_mails.settings import ReportMailSettings
from citycore.clock import CITY_ZONE
from citycore.failures.service import Attempts
from citycore.store.connections import Connection

JOB: Final = "report_mails"
#: As failures call it that no report can be made here at all.
MAKER: Final = "the making of reports"
_REPORT: Final = Template(PACKAGE, "report")
log = structlog.get_logger()


class Tally(NamedTuple):
    """What came of a run; ``put_off`` are those for which no report came, and ``failed`` what is set aside as our failure."""

    sent: int
    put_off: int
    failed: int


class NoReportsHere(Exception):
    """This hub has no dashboards, or lacks what lays out PDF."""


class Kept(NamedTuple):
    """A report whose file waits for its mails."""

    made: Made
    file: Attached


def is_any_due(connection: Connection, at: datetime) -> bool:
    return bool(repository.find_due(connection, JOB, at, 1))


def send_due(programme: Programme, make: Make, stopping: Callable[[], bool] = lambda: False) -> Tally:
    """Make and mail what is due. Two runs at once may make the same report, and only one of them mails it.

    A subscription that cannot be read or mailed is set aside with its reason and holds up no other.
    """
    with programme.connect() as connection:
        return _Round(programme, connection, make).run(stopping)


class _Round:
    """One run."""

    def __init__(self, programme: Programme, connection: Connection, make: Make) -> None:
        self._programme = programme
        self._connection = connection
        self._make = make
        self._attempts = Attempts(connection, JOB, programme.clock)
        self._settings = programme.of(ReportMailSettings)

    def run(self, stopping: Callable[[], bool]) -> Tally:
        at, rows = self._programme.clock(), self._settings.round_subscriptions_max
        sent = done = 0
        for choice, subscriptions in self._chosen(repository.find_due(self._connection, JOB, at, rows)):
            if stopping():
                break
            outcome = self._kept(choice)
            for one in subscriptions:
                work = partial(self._settle, one, outcome)
                mails = self._attempts.attempt(_subject(one.subscription_id), work)
                sent, done = sent + (mails or 0), done + (mails is not None)
        return Tally(sent, done - sent, self._attempts.failed)

    def _chosen(self, due: Sequence[UUID]) -> Iterator[tuple[Choice, list[Subscription]]]:
        """Who is to get the same, without those to whom nothing can be sent now."""
        found: dict[Choice, list[Subscription]] = {}
        for subscription_id in due:
            work = partial(self._reachable, subscription_id)
            one = self._attempts.attempt(_subject(subscription_id), work)
            if one is not None:
                found.setdefault(one.choice, []).append(one)
        yield from found.items()

    def _reachable(self, subscription_id: UUID) -> Subscription | None:
        with self._programme.session(SYSTEM) as session:
            one = repository.find_one(session.connection, subscription_id)
            if one is None or _recipient(session, one) is not None:
                return one
            # The account may come back: nothing is made for it meanwhile.
            if repository.take(session.connection, one):
                _miss(session, one, Fault.UNREACHABLE)
            return None

    def _kept(self, choice: Choice) -> Kept | Fault:
        """The report on the disk, or why there is none."""
        outcome = self._attempts.attempt(MAKER, partial(self._made, choice))
        if outcome is None:
            return Fault.NOT_AVAILABLE
        if isinstance(outcome, Fault):
            return outcome
        return (
            self._attempts.attempt("keeping files of mails", partial(self._keep, choice, outcome))
            or Fault.ENDED
        )

    def _keep(self, choice: Choice, made: Made) -> Kept:
        name = file_name(choice, self._programme.clock().astimezone(CITY_ZONE).date())
        return Kept(made, keep_file(made.content, name, self._programme.of(OutboxSettings)))

    def _made(self, choice: Choice) -> Made | Fault:
        outcome = self._make(choice)
        if outcome is Fault.NOT_AVAILABLE:
            raise NoReportsHere("there are no dashboards here, or PDF cannot be laid out: see falaj report")
        return outcome

    def _settle(self, one: Subscription, outcome: Kept | Fault) -> int:
        """How many mails: one, or none where somebody else was faster, or there is no report."""
        with self._programme.session(SYSTEM) as session:
            connection = session.connection
            if not repository.take(connection, one):
                return 0
            if isinstance(outcome, Fault):
                _miss(session, one, outcome)
                return 0
            recipient = _recipient(session, one)
            if recipient is None:
                _miss(session, one, Fault.UNREACHABLE)
                return 0
            at = session.now()
            session.send([mail_of(session, one, recipient, outcome)], at)
            repository.set_sent(connection, one.subscription_id, at, next_time(one.times, at))
            return 1


def _miss(session: Session, one: Subscription, fault: Fault) -> None:
    """Nothing came: soon again, at the next time, or not any more."""
    connection, at, settings = session.connection, session.now(), session.of(ReportMailSettings)
    log.info("report_missed", subscription_id=str(one.subscription_id), fault=fault.value, tries=one.tries)
    soon = next_try(one.tries + 1, at, settings) if fault.is_passing else None
    if soon is not None:
        repository.put_off(connection, one, fault, at, soon)
    elif fault is Fault.UNKNOWN:
        repository.set_aside(connection, one, fault, at)
    else:
        repository.give_up(connection, one, fault, at, next_time(one.times, at))


def _recipient(session: Session, one: Subscription) -> Recipient | None:
    return repository.find_recipient(session.connection, one.person_id, one.choice.language)


def mail_of(session: Session, one: Subscription, recipient: Recipient, kept: Kept) -> Mail:
    """In the language of the report."""
    fields: dict[str, str | int] = {
        "name": recipient.name,
        "place": kept.made.place,
        "text": kept.made.answers,
        "live_link": _live_link(session, one.choice),
        "reports_link": session.link("/account/reports"),
        "stop_link": session.link(f"/reports/stop?token={one.stop_token}"),
    }
    return Mail(_REPORT, recipient.language, recipient.email, {**fields}, one.person_id, file=kept.file)


def _live_link(session: Session, choice: Choice) -> str:
    """The same on the dashboards, where it is known how people reach them."""
    base = session.of(ReportMailSettings).dashboards_url.rstrip("/")
    if not base:
        return session.link("/account/reports")
    asked = {
        "place": choice.place,
        "property": choice.observed_property,
        "days": str(choice.days),
        "lang": choice.language,
    }
    return f"{base}/?{urlencode({name: value for name, value in asked.items() if value})}"


def _subject(subscription_id: UUID) -> str:
    """As the statement of what is due knows it."""
    return f"subscription {subscription_id}"
