"""The mail of the day, for those who want one instead of many. The worker calls it every few seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final
from uuid import UUID

from casework.access.model import ANONYMOUS
from casework.notifications import repository
from casework.notifications.model import PACKAGE
from casework.notifications.rules import DIGEST, digest_text
from casework.notifications.settings import NotificationSettings
from casework.outbox.model import Template
from casework.people.mails import mails_to, reachable
from casework.people.repository import find_person
from casework.programme import Programme, Session
from citycore.clock import CITY_ZONE
from citycore.failures.service import Attempts

JOB: Final = "mail_of_the_day"
_DIGEST = Template(PACKAGE, DIGEST)


def mail_due(programme: Programme, stopping: Callable[[], bool] = lambda: False) -> int:
    """Once the hour has come, tell everybody in one mail what waits for it, each in a transaction of its own; how many mails.

    Two workers at once share the work: each takes whom the other has not locked. Whom nothing can be told is set aside.
    """
    settings, mails = programme.of(NotificationSettings), 0
    today = programme.clock().astimezone(CITY_ZONE)
    if today.hour < settings.digest_hour:
        return 0
    with programme.connect() as connection:
        attempts = Attempts(connection, JOB, programme.clock)
        for _ in range(settings.round_people_max):
            if stopping():
                break
            with connection.transaction():
                session = programme.within(connection, ANONYMOUS)
                person_id = repository.next_reader(connection, JOB, today.date(), session.now())
                if person_id is None:
                    break
                tell = partial(_tell, session, person_id, today.date())
                mails += attempts.attempt(f"reader {person_id}", tell) or 0
    return mails


def _tell(session: Session, person_id: UUID, day: date) -> int:
    connection = session.connection
    told = repository.find_waiting(connection, person_id, session.of(NotificationSettings).digest_rows_max)
    recipients = reachable([find_person(connection, person_id)])
    link = session.link("/account/notifications")
    news = partial(digest_text, told, portal_url=session.link(""))
    session.send(mails_to(_DIGEST, recipients, news=news, notifications_link=link), session.now())
    repository.leave_out(connection, person_id)
    repository.set_told(connection, person_id, day)
    return len(recipients)
