"""Two calls for funding, one that is open and one that nobody knows of: their pages, and who gets into them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from tests.hackathon.funding import DAY, Funding
from tests.hub_api.portal.conftest import Portal, Somebody

CALL = {
    "code": "water", "title_ar": "ماء المدينة", "title_en": "City <water>", "summary_ar": "بحث عن الماء",
    "summary_en": "Research about water", "currency": "OMR", "budget": "90,000.000", "award_min": "١٠٠٠",
    "award_max": "30000", "rounds": "2", "reviews_each": "3", "is_blind": "1",
}  # fmt: skip
#: In Muscat's time, as browsers send what was chosen.
DATES = {
    "opens": "2026-12-01T08:00", "closes": "2027-01-10T00:00", "second_closes": "2027-02-10T00:00",
    "reviews_due": "2027-03-01T00:00", "appeals_close": "2027-04-01T00:00",
}  # fmt: skip
DESK = "/portal/calls/{call_id}/desk"
DRAFT = "/portal/calls/{draft_call_id}"


class CallScene:
    OTHERS: ClassVar[Mapping[str, str]] = {"draft_call_id": "call_id"}
    FORMS: ClassVar[Mapping[str, dict[str, str]]] = {
        "POST /portal/calls/new": CALL | {"code": "not a code"},
        f"POST {DESK}/edit": CALL | {"version": "99"},
        f"POST {DESK}/step": {"event": "cancel", "reason": "no_budget", "version": "99"},
        f"POST {DESK}/extension": {"name": "closes", "instant": "2026-01-01T00:00", "reason": "weather"},
        f"POST {DESK}/form/{{round_number}}": {"version": "99"},
        f"POST {DESK}/criteria": {"version": "99"},
        f"POST {DESK}/eligibility": {"version": "99"},
    }

    def rows(
        self, everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
    ) -> dict[str, frozenset[str]]:
        assert signed < everybody
        programme = administrator | {"programme_officer"}
        return {
            "GET /portal/calls": everybody,
            "GET /portal/calls/new": programme,
            "POST /portal/calls/new": programme,
            "GET /portal/calls/{call_id}": everybody,
            f"GET {DRAFT}": programme,
            **{
                f"{method} {DESK}{path}": programme
                for method, path in (
                    ("GET", ""), ("POST", "/edit"), ("POST", "/deadlines"), ("POST", "/extension"), ("POST", "/step"),
                    ("GET", "/form/{round_number}"), ("POST", "/form/{round_number}"), ("GET", "/criteria"),
                    ("POST", "/criteria"), ("GET", "/eligibility"), ("POST", "/eligibility"),
                )
            },
            f"GET {DRAFT}/desk": programme,
        }  # fmt: skip

    def settle(
        self,
        portal: Portal,
        people: Mapping[str, Somebody],
        objects: Mapping[str, object],
    ) -> dict[str, object]:
        """A call that opened half a day ago and closes in half a day, and a draft."""
        funding = Funding(portal.store, portal.watch() - 1.5 * DAY)
        return {"call_id": funding.opened(rounds=2), "draft_call_id": funding.complete()}


SCENE = CallScene()
#: How long the open call takes applications when the scene is set.
LEFT = timedelta(hours=12)
