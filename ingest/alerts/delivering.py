"""Tells alerts to webhooks: signed, repeated until they are acknowledged, and nobody waits for a receiver that is slow.

What is taken is leased for a while, so a process that is killed loses nothing: another sends it again, with the same
identifier and body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import httpx

from citycore.alerts.settings import AlertSettings
from citycore.clock import Clock
from citycore.store.connections import Connection
from ingest.alerts.subjects import QUERIES
from ingest.alerts.telling import DELIVERY, EVENT, SIGNATURE, signature

REASON_CHARACTERS_MAX = 200
_GOOD = range(200, 300)


class Delivery(NamedTuple):
    """What is told to whom; ``attempt_count`` is how often it failed."""

    delivery_id: UUID
    alert_id: UUID
    event: str
    receiver: str
    body: str
    attempt_count: int
    address: str
    secret: str | None
    language: str


#: Sends one; why it was not delivered, None if it was.
Send = Callable[[Delivery], str | None]


@dataclass(slots=True, eq=False)
class Webhooks:
    """Sends by HTTP with one pool of connections; ``close`` it."""

    settings: AlertSettings
    clock: Clock
    _client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        most = httpx.Limits(max_connections=self.settings.senders)
        self._client = httpx.Client(
            timeout=self.settings.send_seconds_max, follow_redirects=False, limits=most, trust_env=False
        )

    def close(self) -> None:
        self._client.close()

    def send(self, delivery: Delivery) -> str | None:
        """What went wrong, in one line; None if the receiver has it."""
        at = int(self.clock().timestamp())
        headers = {
            "Content-Type": "application/json",
            DELIVERY: str(delivery.delivery_id),
            EVENT: f"alert.{delivery.event}",
            SIGNATURE: signature(delivery.secret or "", delivery.body, at),
        }
        try:
            with self._client.stream(
                "POST", delivery.address, content=delivery.body.encode(), headers=headers
            ) as answer:
                read = 0
                for some in answer.iter_raw(1_024):
                    read += len(some)
                    if read > self.settings.answer_bytes_max:
                        break
                return None if answer.status_code in _GOOD else f"HTTP {answer.status_code}"
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            return f"{type(error).__name__}: {error}"[:REASON_CHARACTERS_MAX]


@dataclass(frozen=True, slots=True)
class Courier:
    """Takes what is due for one kind of receiver and has it sent, many at the same time."""

    send: Send
    pool: ThreadPoolExecutor
    settings: AlertSettings
    kind: str = "webhook"

    def deliver(self, connection: Connection, now: datetime) -> int:
        """Send what is due; how many were taken, 0 when nothing is due. The connection commits by itself."""
        connection.execute(QUERIES["without_receiver"])
        limits = {
            "lease_seconds": self.settings.lease_seconds,
            "deliveries_max": self.settings.deliveries_max,
        }
        rows = connection.execute(QUERIES["take_deliveries"], {"kind": self.kind, "now": now, **limits})
        taken = [Delivery(*row) for row in rows.fetchall()]
        if taken:
            outcomes = list(zip(taken, self.pool.map(self.send, taken), strict=True))
            with connection.transaction():
                _note(connection, outcomes, self.settings, now)
        return len(taken)


def _note(
    connection: Connection,
    outcomes: Sequence[tuple[Delivery, str | None]],
    settings: AlertSettings,
    now: datetime,
) -> None:
    done = [delivery for delivery, reason in outcomes if reason is None]
    if done:
        connection.execute(QUERIES["delivered"], {"deliveries": [each.delivery_id for each in done]})
        connection.execute(QUERIES["answered"], {"receivers": _names(done)})
    for delivery, reason in outcomes:
        if reason is not None:
            values = {
                "delivery_id": delivery.delivery_id,
                "reason": reason,
                "attempts_max": settings.attempts_max,
            }
            connection.execute(QUERIES["not_delivered"], values)
    for receiver in _names(delivery for delivery, reason in outcomes if reason is not None):
        rest = {"seconds_min": settings.retry_seconds_min, "seconds_max": settings.retry_seconds_max}
        connection.execute(QUERIES["rest"], {"receiver": receiver, "now": now, **rest})


def _names(deliveries: Iterable[Delivery]) -> list[str]:
    return sorted({delivery.receiver for delivery in deliveries})


def tidy(connection: Connection, settings: AlertSettings, now: datetime) -> None:
    """Forget deliveries that are over since long."""
    limits = {"keep_days": settings.keep_days, "rows_max": settings.tidy_rows_max}
    connection.execute(QUERIES["tidy"], {"now": now, **limits})
