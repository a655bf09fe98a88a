"""What receivers are told of an alert: one JSON document, and its signature."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from citycore.alerts.model import Event, Rule
from ingest.alerts.subjects import Subject

#: Headers of a delivery. A receiver that has seen the identifier before has nothing to do.
DELIVERY, SIGNATURE, EVENT = "Falaj-Delivery", "Falaj-Signature", "Falaj-Event"


def body_of(delivery_id: UUID, alert_id: UUID, rule: Rule, subject: Subject, event: Event) -> str:
    """The same for every attempt."""
    document: Mapping[str, Any] = {
        "delivery": str(delivery_id),
        "event": f"alert.{event.happening}",
        "alert": str(alert_id),
        "rule": rule.code,
        "severity": rule.severity,
        "name": {"en": rule.name.en, "ar": rule.name.ar},
        "text": {"en": rule.text.en, "ar": rule.text.ar},
        "thing": subject.thing,
        "thing_name": dict(subject.names),
        "datastream": subject.datastream_id,
        "observed_property": rule.observed_property,
        "index": rule.index,
        "at": _written(event.at),
        "value": event.value,
        "unit": subject.unit,
        "expected_at": None if event.expected_at is None else _written(event.expected_at),
    }
    return orjson.dumps(document).decode()


def signature(secret: str, body: str, at: int) -> str:
    """``t=<seconds since 1970>,v1=<hex>``: HMAC-SHA-256 of ``t.body``, so that an old message cannot be sent again."""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
