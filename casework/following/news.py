"""What is new in kept searches, mailed at most once a day. The worker calls it every few seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from casework.access.model import ANONYMOUS
from casework.following import repository
from casework.following.model import PACKAGE, News, Reader, Search
from casework.following.rules import is_known, news_text
from casework.following.settings import SearchSettings
from casework.noun import Nouns
from casework.outbox.model import Mail, Template
from casework.people.model import Recipient
from casework.programme import Programme, Session
from casework.workflow.wording import Label
from citycore.failures.service import Attempts

log = structlog.get_logger()
JOB = "search_news"
_NEWS = Template(PACKAGE, "news")


def mail_due(programme: Programme, stopping: Callable[[], bool] = lambda: False) -> int:
    """Tell everybody whose time has come what is new, each in a transaction of its own; how many mails.

    Two workers at once share the work: each takes whom the other has not locked. Whom nothing can be told is
    set aside, and so is a search that cannot be looked through; the person's others are told.
    """
    mails = 0
    with programme.connect() as connection:
        attempts = Attempts(connection, JOB, programme.clock)
        for _ in range(programme.of(SearchSettings).round_people_max):
            if stopping():
                break
            with connection.transaction():
                session = programme.within(connection, ANONYMOUS)
                reader = repository.next_reader(connection, JOB, session.now())
                if reader is None:
                    break
                tell = partial(_tell, session, attempts, reader)
                mails += attempts.attempt(f"reader {reader.person_id}", tell) or 0
    return mails


def _tell(session: Session, attempts: Attempts, reader: Reader) -> int:
    connection, settings, at = session.connection, session.of(SearchSettings), session.now()
    recipient = repository.find_recipient(connection, reader.person_id)
    later = at + timedelta(hours=settings.mail_hours)
    if recipient is None:
        repository.set_due(connection, reader.person_id, later)
        return 0
    until = at - timedelta(seconds=settings.settle_seconds)
    searches = repository.find_searches(connection, reader.person_id)
    found = {
        search.search_id: attempts.attempt(
            f"search {search.search_id}", partial(_news_of, session, search, until)
        )
        for search in searches
    }
    news = [one for some in found.values() for one in some or ()]
    looked_at = [
        one.search_id for one in searches if one.seen_until < until and found[one.search_id] is not None
    ]
    repository.set_seen(connection, looked_at, until)
    if not news:
        soon = at + timedelta(minutes=settings.look_minutes)
        repository.set_due(connection, reader.person_id, soon)
        return 0
    session.send([_mail(session, recipient, reader, news)], at)
    repository.set_due(connection, reader.person_id, later)
    return 1


def _news_of(session: Session, search: Search, until: datetime) -> tuple[News, ...]:
    """What is new for one search, if anything."""
    kind = session.of(Nouns).kinds.get(search.kind)
    if kind is None or not is_known(kind, search.wanted):
        # A vocabulary has changed since: the other searches are told all the same.
        log.warning("search_unknown", search_id=str(search.search_id), kind=search.kind)
        return ()
    if search.seen_until >= until:
        return ()
    most = session.of(SearchSettings).mail_matches_max
    found = kind.find_new(session, search.wanted, search.seen_until, until, most + 1)
    return (News(search, tuple(found[:most]), len(found) > most),) if found else ()


def _mail(session: Session, recipient: Recipient, reader: Reader, news: list[News]) -> Mail:
    fields: dict[str, str | int | datetime | Label] = {
        "name": recipient.name,
        "news": news_text(news, recipient.language, session.link("")),
        "searches_link": session.link("/account/searches"),
        "stop_link": session.link(f"/searches/stop?token={reader.stop_token}"),
    }
    return Mail(_NEWS, recipient.language, recipient.email, fields, recipient.person_id)
