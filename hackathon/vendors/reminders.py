"""Mails before the end of a paper, a few times each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from citycore.clock import CITY_ZONE, Clock
from citycore.store.connections import Connection
from hackathon.outbox.service import enqueue
from hackathon.vendors import repository
from hackathon.vendors.notices import reminders
from hackathon.vendors.rules import end_of, reminder_of
from hackathon.vendors.settings import VendorSettings

_FIRST = UUID(int=0)


def remind_due(
    connection: Connection,
    settings: VendorSettings,
    clock: Clock,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Remind the vendors of which a paper ends soon, each in a transaction of its own; how many mails' worth.

    Two workers at once share the work, as in the clockwork.
    """
    after: UUID | None = _FIRST
    reminded = 0
    for _ in range(settings.remind_vendors_max):
        if after is None or stopping():
            break
        with connection.transaction():
            after, more = _remind_next(connection, settings, clock, after)
            reminded += more
    return reminded


def _remind_next(
    connection: Connection, settings: VendorSettings, clock: Clock, after: UUID
) -> tuple[UUID | None, int]:
    at = clock()
    today = at.astimezone(CITY_ZONE).date()
    before = today + timedelta(days=max(settings.remind_days, default=0))
    vendor_id = repository.find_ending(connection, today, before, after)
    if vendor_id is None:
        return None, 0
    vendor = repository.find_vendor(connection, vendor_id)
    assert vendor is not None
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
    return vendor_id, reminded
