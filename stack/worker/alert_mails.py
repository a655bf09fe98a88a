"""Puts what is told of alerts by mail into the outbox of the programmes for people, which sends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import orjson

from casework.alerts.mails import mail_of, put
from citycore.clock import Clock
from citycore.settings import StoreSettings
from citycore.store.connections import connect
from ingest.alerts.delivering import Delivery

if TYPE_CHECKING:
    from typing import Literal

    from citycore.language import Language


@dataclass(frozen=True, slots=True)
class AlertMails:
    """One mail for each delivery, also if it is put twice: the delivery's identifier is the mail's."""

    store: StoreSettings
    clock: Clock

    def send(self, delivery: Delivery) -> str | None:
        """Why it was not put into the outbox, None if it was. :class:`StoreUnavailable` is raised."""
        event = cast("Literal['raised', 'cleared']", delivery.event)
        language = cast("Language", delivery.language)
        mail = mail_of(orjson.loads(delivery.body), event, delivery.address, language)
        with connect(self.store.portal_url, self.store, "falaj-alert-mails", autocommit=True) as connection:
            return put(connection, mail, delivery.delivery_id, self.clock())
