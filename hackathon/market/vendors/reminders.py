"""Mails before the end of a paper, a few times each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from casework.outbox.service import enqueue
from casework.programme import Programme
from citycore.clock import CITY_ZONE
from citycore.failures.service import Attempts
from citycore.store.connections import Connection
from citycore.store.rows import known
from hackathon.market.vendors import repository
from hackathon.market.vendors.notices import reminders
from hackathon.market.vendors.rules import end_of, reminder_of
from hackathon.market.vendors.settings import VendorSettings

JOB = "vendor_reminders"
_FIRST = UUID(int=0)


def remind_due(programme: Programme, stopping: Callable[[], bool] = lambda: False) -> int:
    """Remind the vendors of which a paper ends soon, each in a transaction of its own; how many mails' worth.

    Two workers at once share the work, as in the clockwork. A vendor who cannot be reminded is set aside.
    """
    settings, after, reminded = programme.of(VendorSettings), _FIRST, 0
    with programme.connect() as connection:
        attempts = Attempts(connection, JOB, programme.clock)
        for _ in range(settings.remind_vendors_max):
            if stopping():
                break
            with connection.transaction():
                at = programme.clock()
                found = _find_next(connection, settings, at, after)
                if found is None:
                    break
                after = found
                remind = partial(_remind, connection, settings, at, found)
                reminded += attempts.attempt(str(found), remind) or 0
    return reminded


def _find_next(connection: Connection, settings: VendorSettings, at: datetime, after: UUID) -> UUID | None:
    today = at.astimezone(CITY_ZONE).date()
    before = today + timedelta(days=max(settings.remind_days, default=0))
    return repository.find_ending(connection, JOB, at, (today, before), after)


def _remind(connection: Connection, settings: VendorSettings, at: datetime, vendor_id: UUID) -> int:
    today = at.astimezone(CITY_ZONE).date()
    vendor = known(repository.find_vendor(connection, vendor_id))
    last, reminded = repository.find_reminded(connection, vendor_id), 0
    for document in repository.find_documents(connection, vendor_id):
        if document.document_id not in last:
            continue
        expires_on = document.paper.expires_on
        days = reminder_of(expires_on, settings.remind_days, last[document.document_id], today)
        if days is not None:
            mails = reminders(connection, vendor, document.paper.kind, end_of(expires_on), at)
            enqueue(connection, mails, at)
            repository.mark_reminded(connection, document.document_id, days)
            reminded += 1
    return reminded
