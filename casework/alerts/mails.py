"""What is mailed of an alert, whoever raised it: to an address that an operator has named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.errors import UniqueViolation

from casework.alerts.passage import PACKAGE
from casework.outbox.errors import WrongMail
from casework.outbox.model import Mail, Template
from casework.outbox.service import enqueue
from casework.workflow.wording import Label
from citycore.language import Language
from citycore.store.connections import Connection
from citycore.unit_symbols import symbol_of

RAISED, CLEARED = Template(PACKAGE, "raised"), Template(PACKAGE, "cleared")


def mail_of(
    told: Mapping[str, Any], event: Literal["raised", "cleared"], recipient: str, language: Language
) -> Mail:
    """``told`` is what webhooks are told of the alert."""
    value = "" if told["value"] is None else f"{told['value']:g} {symbol_of(told['unit'])}".strip()
    fields: dict[str, str | int | datetime | Label] = {
        "alert": told["name"][language],
        "text": told["text"][language],
        "severity": Label(PACKAGE, f"severity.{told['severity']}"),
        "thing": told["thing_name"][language],
        "at": datetime.fromisoformat(told["at"]),
        "value": value or "–",
    }
    return Mail(RAISED if event == "raised" else CLEARED, language, recipient, fields)


def put(connection: Connection, mail: Mail, delivery_id: UUID, at: datetime) -> str | None:
    """Have it sent, once for each delivery; why that is not possible, None if it is, or was already."""
    try:
        with connection.transaction():
            enqueue(connection, [mail], at, lambda: delivery_id)
    except UniqueViolation:
        return None
    except WrongMail as error:
        return error.text("en")
    return None
