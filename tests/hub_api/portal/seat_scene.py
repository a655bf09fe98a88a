"""A seat, and a device that becomes a kiosk, for the rows of the access matrix."""

from __future__ import annotations

from collections.abc import Mapping

from tests.hackathon.seat_specimens import store_seat
from tests.hub_api.portal.conftest import Portal, Somebody

OTHERS: dict[str, str] = {}
FORMS: dict[str, dict[str, str]] = {}


def rows(
    everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
) -> dict[str, frozenset[str]]:
    """Whoever has a seat brings a number and a code, which nobody here has."""
    return {
        "GET /portal/kiosk": everybody,
        "POST /portal/kiosk": everybody,
        "GET /portal/follow/seats/{seat_id}": frozenset(),
        "POST /portal/follow/seats/{seat_id}/step": frozenset(),
    }


def settle(
    portal: Portal, people: Mapping[str, Somebody], objects: Mapping[str, object]
) -> dict[str, object]:
    with portal.city.database.connect() as owner:
        return {"seat_id": store_seat(owner)}
