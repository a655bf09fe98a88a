"""Alerts as a list for those on duty: what goes on, the most urgent first, and what is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

from casework.access.model import HUB
from casework.alerts.service import WATCHERS
from casework.lists.model import DeskList, Sort, coded, picked
from casework.programme import Session
from citycore.alerts.model import Severity
from citycore.store.queries import load_queries

QUERIES = load_queries("casework.alerts", "listing.sql")
#: How it stands with an alert.
STANDINGS: Final = {
    "open": "listed.cleared_at IS NULL",
    "unseen": "listed.cleared_at IS NULL AND listed.acknowledged_at IS NULL",
    "over": "listed.cleared_at IS NOT NULL",
    "false": "listed.is_false",
}


def _desk_values(session: Session) -> Mapping[str, object]:
    session.require(WATCHERS, [HUB])
    return {}


DESK: Final = DeskList(
    QUERIES["desk"],
    "alert_id",
    _desk_values,
    sorts={
        "urgency": Sort("listed.urgency", "whole"),
        "raised": Sort("listed.raised_at", "instant"),
    },
    first="urgency",
    filters=(
        picked("state", STANDINGS, default="open"),
        coded("severity", "listed.severity", get_args(Severity)),
    ),
)
