"""What the city of the contract answers about itself: gaps, flags, its ledger, and what people take part in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.dashboards.contract_server import City

HOUR = timedelta(hours=1)


def ledger(city: City) -> dict[str, object]:
    return {
        "received": 1_000, "stored": 960, "duplicate": 25, "conflicting": 5, "quarantined": 10, "batches": 40,
        "lag_seconds": 0.4, "committed_at": z(city), "closes": True,
    }  # fmt: skip


def status(city: City) -> dict[str, object]:
    return {"dead_letters": {"open_count": 7, "counted_at": z(city)}}


#: Answers that are one element.
SINGLE: dict[str, Callable[[City], dict[str, object]]] = {"/v1/ledger": ledger, "/v1/status": status}


def lists(city: City, path: str, query: dict[str, str]) -> Callable[[], list[dict[str, Any]]]:
    """Lists beside those of the city itself; empty for what nothing is known of."""
    if path.endswith("/gaps"):
        return lambda: gaps(city, int(path.split("/")[3]))
    if path.endswith("/flags"):
        return lambda: flags(city, int(path.split("/")[3]))
    return list


def gaps(city: City, number: int) -> list[dict[str, Any]]:
    """One that is over, two days ago; and one that goes on where nothing has come since seven hours."""
    past = city.now - timedelta(days=2)
    over = [(past, past + 3 * HOUR, "offline")]
    on = [(city.now - 7 * HOUR, None, "unknown")] if number % 17 == 3 else []
    return [
        {"start": stamp(start), "end": None if end is None else stamp(end), "local_date": start.date().isoformat(),
         "zone": "Asia/Muscat", "reason": reason}
        for start, end, reason in (*over, *on)
    ]  # fmt: skip


def flags(city: City, number: int) -> list[dict[str, Any]]:
    return [
        {"phenomenon_time": stamp(city.now - hours * HOUR), "test": "spike", "quality": 3, "anomaly": None}
        for hours in range(number % 3)
    ]


def z(city: City) -> str:
    return stamp(city.now)


def stamp(moment: Any) -> str:
    return str(moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
