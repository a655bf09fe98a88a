"""A source of the organisation, for the rows of the access matrix."""

from __future__ import annotations

from collections.abc import Mapping

from citycore.registry.document import Document, SourceEntry
from citycore.registry.service import apply
from tests.hub_api.conftest import NOW
from tests.hub_api.portal.conftest import Portal, Somebody

CODE = "baladiya-plugs"
OTHERS: dict[str, str] = {}
FORMS = {
    "POST /portal/account/sources/new": {"decoder": "tasmota", "name_en": ""},
    "POST /portal/desk/sources/{source}": {"decision": "accepted", "reason": ""},
    "POST /portal/account/sources/{source}/meanings": {"sent_name": ""},
    "POST /portal/account/sources/{source}/ask": {"name": "wobble"},
    "POST /portal/account/sources/{source}/edit": {"zone": "Asia/Muscat"},
}
#: Who speaks for some organisation or leads a team: each may send data of their own.
OWNERS = frozenset({"officer", "other_officer", "captain", "vendor", "rival"})


def rows(
    everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
) -> dict[str, frozenset[str]]:
    keepers = administrator | {"officer"}
    path = "/portal/account/sources/{source}"
    return {
        "GET /portal/account/sources": signed,
        "GET /portal/account/sources/new": OWNERS,
        "POST /portal/account/sources/new": OWNERS,
        f"GET {path}": keepers,
        f"GET {path}/try": keepers,
        f"GET {path}/ask": keepers,
        f"GET {path}/map": keepers,
        "GET /portal/vocabulary": everybody,
        "GET /portal/desk/sources": administrator,
        "GET /portal/desk/sources/{source}": administrator,
        "POST /portal/desk/sources/{source}": administrator,
        "GET /portal/desk/calendar": administrator,
        **{f"POST /portal/desk/calendar/{deed}": administrator for deed in ("keep", "confirm", "remove")},
        **{
            row.replace("_", " /portal/desk/registry", 1): administrator
            for row in (
                "GET_",
                "POST_/import",
                "GET_/export.{kind}",
                "GET_/{part}",
                "GET_/{part}/new",
                "POST_/{part}/new",
                "GET_/{part}/{code}",
                "POST_/{part}/{code}",
            )
        },
        **{
            f"POST {path}/{deed}": keepers
            for deed in (
                "edit",
                "meanings",
                "credentials",
                "credentials/{credential_id}/revoke",
                "accept",
                "replay",
                "try",
                "try/accept",
                "map",
                "map/save",
                "ask",
            )
        },
    }


def settle(
    portal: Portal, people: Mapping[str, Somebody], objects: Mapping[str, object]
) -> dict[str, object]:
    owner = f"organisation:{objects['organisation_id']}"
    entry = SourceEntry(code=CODE, name_en="Plugs", name_ar="مقابس", decoder="tasmota", owner=owner)
    with portal.city.database.connect("registry") as connection:
        apply(connection, Document(sources=[entry]), NOW)
    return {"source": CODE, "credential_id": 0, "part": "sectors", "code": "air", "kind": "csv"}
