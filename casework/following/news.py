"""What is new in kept searches, mailed at most once a day. The worker calls it every few seconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog

from casework.following import repository
from casework.following.model import PACKAGE, Kind, News, Reader, Search
from casework.following.rules import is_known, news_text
from casework.following.settings import SearchSettings
from casework.outbox.model import Mail, Template
from casework.outbox.service import enqueue
from casework.people.model import Recipient
from casework.people.settings import PeopleSettings
from casework.workflow.wording import Label
from citycore.clock import Clock
from citycore.failures.service import Attempts
from citycore.store.connections import Connection
from hackathon.following import KINDS

log = structlog.get_logger()
JOB = "search_news"
_NEWS = Template(PACKAGE, "news")


def mail_due(
    connection: Connection,
    settings: SearchSettings,
    clock: Clock,
    stopping: Callable[[], bool] = lambda: False,
    kinds: Mapping[str, Kind] = KINDS,
) -> int:
    """Tell everybody whose time has come what is new, each in a transaction of its own; how many mails.

    Two workers at once share the work: each takes whom the other has not locked. Whom nothing can be told is
    set aside, and so is a search that cannot be looked through; the person's others are told.
    """
    mails, attempts = 0, Attempts(connection, JOB, clock)
    for _ in range(settings.round_people_max):
        if stopping():
            break
        with connection.transaction():
            at = clock()
            reader = repository.next_reader(connection, JOB, at)
            if reader is None:
                break
            tell = partial(_tell, connection, attempts, reader, at, settings, kinds)
            mails += attempts.attempt(f"reader {reader.person_id}", tell) or 0
    return mails


def _tell(  # noqa: PLR0913, PLR0917 (whom, about what)
    connection: Connection,
    attempts: Attempts,
    reader: Reader,
    at: datetime,
    settings: SearchSettings,
    kinds: Mapping[str, Kind],
) -> int:
    recipient = repository.find_recipient(connection, reader.person_id)
    later = at + timedelta(hours=settings.mail_hours)
    if recipient is None:
        repository.set_due(connection, reader.person_id, later)
        return 0
    until = at - timedelta(seconds=settings.settle_seconds)
    searches = repository.find_searches(connection, reader.person_id)
    found = {
        search.search_id: attempts.attempt(
            f"search {search.search_id}", partial(_news_of, connection, search, until, settings, kinds)
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
    enqueue(connection, [_mail(recipient, reader, news)], at)
    repository.set_due(connection, reader.person_id, later)
    return 1


def _news_of(
    connection: Connection,
    search: Search,
    until: datetime,
    settings: SearchSettings,
    kinds: Mapping[str, Kind],
) -> tuple[News, ...]:
    """What is new for one search, if anything."""
    kind = kinds.get(search.kind)
    if kind is None or not is_known(kind, search.wanted):
        # A vocabulary has changed since: the other searches are told all the same.
        log.warning("search_unknown", search_id=str(search.search_id), kind=search.kind)
        return ()
    if search.seen_until >= until:
        return ()
    most = settings.mail_matches_max
    found = kind.find_new(connection, search.wanted, search.seen_until, until, most + 1)
    return (News(search, tuple(found[:most]), len(found) > most),) if found else ()


def _mail(recipient: Recipient, reader: Reader, news: list[News]) -> Mail:
    url = PeopleSettings().portal_url.rstrip("/")
    fields: dict[str, str | int | datetime | Label] = {
        "name": recipient.name,
        "news": news_text(news, recipient.language, url),
        "searches_link": f"{url}/account/searches",
        "stop_link": f"{url}/searches/stop?token={reader.stop_token}",
    }
    return Mail(_NEWS, recipient.language, recipient.email, fields, recipient.person_id)
