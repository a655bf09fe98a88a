"""Reports by mail, for the rows of the access matrix: everybody has their own, and nobody sees others'."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from tests.hub_api.portal.conftest import Portal, Somebody

OTHERS: dict[str, str] = {}
FORMS = {
    "POST /portal/account/reports": {
        "place": "", "observed_property": "", "days": "8", "language": "en", "rhythm": "daily", "hour": "7",
    },
    "POST /portal/reports/stop": {"token": "x"},
}  # fmt: skip
#: Others' are not there.
NOBODY: frozenset[str] = frozenset()


def rows(
    everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
) -> dict[str, frozenset[str]]:
    one = "POST /portal/account/reports/{subscription_id}"
    return {
        "GET /portal/account/reports": signed,
        "POST /portal/account/reports": signed,
        **{f"{one}/{deed}": NOBODY for deed in ("pause", "resume", "end", "send")},
        # Without the token of a mail nobody gets in.
        "GET /portal/reports/stop": NOBODY,
        "POST /portal/reports/stop": NOBODY,
    }


def settle(
    portal: Portal, people: Mapping[str, Somebody], objects: Mapping[str, object]
) -> dict[str, object]:
    return {"subscription_id": uuid4()}
