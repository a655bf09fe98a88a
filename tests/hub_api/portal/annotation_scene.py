"""An annotation, for the rows of the access matrix: of those who look after data or programme for the whole hub."""

from __future__ import annotations

from collections.abc import Mapping

from tests.hackathon.annotation_specimens import store_annotation
from tests.hub_api.portal.conftest import Portal, Somebody

OTHERS: dict[str, str] = {}
_NOTE = {"kind": "works", "title_en": "Works", "place": "seeb", "starts_on": "2026-11-24"}
FORMS = {
    "POST /portal/desk/annotations/new": {**_NOTE, "place": "nowhere"},
    "POST /portal/desk/annotations/{annotation_id}/edit": {**_NOTE, "version": "99"},
    "POST /portal/desk/annotations/{annotation_id}/step": {
        "event": "withdraw",
        "reason": "mistaken",
        "version": "99",
    },
    "POST /portal/desk/annotations/bulk": {"event": "withdraw", "reason": "withdraw:mistaken"},
}
#: Programs of others find none.
_WRITERS = frozenset({"programme_officer", "administrator"})
PROGRAMS = {
    "GET /v1/innovation/desk/annotations": _WRITERS,
    "POST /v1/innovation/desk/annotations": _WRITERS,
    "GET /v1/innovation/desk/annotations/{annotation}": _WRITERS,
    "PUT /v1/innovation/desk/annotations/{annotation}": _WRITERS,
    "POST /v1/innovation/desk/annotations/{annotation}/withdraw": _WRITERS,
}


def rows(
    everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
) -> dict[str, frozenset[str]]:
    writers = administrator | {"duty_officer", "programme_officer"}
    return {
        "GET /portal/desk/annotations": writers,
        "POST /portal/desk/annotations/bulk": writers,
        "GET /portal/desk/annotations/new": writers,
        "POST /portal/desk/annotations/new": writers,
        "GET /portal/desk/annotations/{annotation_id}": writers,
        "POST /portal/desk/annotations/{annotation_id}/edit": writers,
        "POST /portal/desk/annotations/{annotation_id}/step": writers,
    }


def settle(
    portal: Portal, people: Mapping[str, Somebody], objects: Mapping[str, object]
) -> dict[str, object]:
    with portal.city.database.connect() as owner:
        annotation_id = store_annotation(owner)
    return {"annotation_id": annotation_id}
