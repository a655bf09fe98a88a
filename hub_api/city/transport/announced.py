"""Service alerts of operators: from SQL to the elements of the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from hub_api.city.transport.keys import key_of
from hub_api.serving.database import Row
from hub_api.serving.lists.model import Column, Element, Listing, columns

FIELDS = (
    "source",
    "simulated",
    "service_alert",
    "cause",
    "effect",
    "severity",
    "active_periods",
    "informed",
    "informed_left_out",
    "header",
    "description",
    "url",
    "first_stated_at",
    "stated_at",
    "gone_at",
)


def _element(row: Row, _: datetime) -> Element:
    return dict(zip(FIELDS, row, strict=True))


def _joined(name: str) -> Callable[[list[dict[str, Any]]], str]:
    """What the objects of a list have under a name, each once, as one text for tables."""

    def join(objects: list[dict[str, Any]]) -> str:
        return " | ".join(dict.fromkeys(one[name] for one in objects if one[name] is not None))

    return join


SERVICE_ALERTS = Listing(
    name="transport-service-alerts",
    key=lambda row: key_of([row[0], row[2]]),
    key_type=str,
    element=_element,
    columns=(
        *columns("text", "source"),
        *columns("truth", "simulated"),
        *columns("text", "service_alert", "cause", "effect", "severity"),
        Column("starts", "text", ("active_periods",), _joined("start")),
        Column("ends", "text", ("active_periods",), _joined("end")),
        Column("routes", "text", ("informed",), _joined("route")),
        Column("stops", "text", ("informed",), _joined("stop")),
        Column("trips", "text", ("informed",), _joined("trip")),
        *columns("whole", "informed_left_out"),
        Column("header", "text", ("header",), _joined("text")),
        Column("description", "text", ("description",), _joined("text")),
        Column("url", "text", ("url",), _joined("text")),
        *columns("instant", "first_stated_at", "stated_at", "gone_at"),
    ),
)
