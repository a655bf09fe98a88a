"""A decision that is led on and one that is to be answered, for the rows of the access matrix."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from tests.hackathon.decision_specimens import store_action, store_decision
from tests.hub_api.portal.conftest import Portal, Somebody

OTHERS: dict[str, str] = {
    "led_decision_id": "decision_id", "asked_decision_id": "decision_id", "promise_id": "action_id",
}  # fmt: skip
_TEXTS = {"title_ar": "ع", "title_en": "T", "heard_ar": "س", "heard_en": "H", "version": "99"}
FORMS = {
    "POST /portal/decisions/new": {},
    "POST /portal/decisions/{led_decision_id}/edit": _TEXTS,
    "POST /portal/decisions/{led_decision_id}/recommendation": {"version": "99"},
    "POST /portal/decisions/{led_decision_id}/owner": {"owner": "{organisation_id}", "version": "99"},
    "POST /portal/decisions/{led_decision_id}/step": {"event": "recommend", "version": "99"},
    "POST /portal/decisions/{asked_decision_id}/prepare": {"event": "accept", "version": "99"},
    "POST /portal/decisions/{asked_decision_id}/answer": {"version": "99"},
    "POST /portal/decisions/{asked_decision_id}/actions": {
        "owner_id": "{organisation_id}", "due_on": "2026-12-31", "text_ar": "ن", "text_en": "T",
    },
    "POST /portal/decisions/{asked_decision_id}/actions/{promise_id}/claim": {
        "link": "/v1/latest", "note_ar": "ن", "note_en": "N", "version": "99",
    },
    "POST /portal/decisions/{asked_decision_id}/actions/{promise_id}/check": {"event": "verify", "version": "99"},
    "POST /portal/decisions/{led_decision_id}/dispute": {"dispute": "It is not done.", "version": "99"},
}  # fmt: skip
STAFF, AGENCY, NOBODY = frozenset({"programme_officer"}), frozenset({"officer"}), frozenset[str]()


def rows(
    everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
) -> dict[str, frozenset[str]]:
    led, asked = "/portal/decisions/{led_decision_id}", "/portal/decisions/{asked_decision_id}"
    return {
        "GET /portal/decisions": everybody,
        "GET /portal/decisions/new": STAFF,
        "POST /portal/decisions/new": STAFF,
        f"GET {led}": everybody,
        **{
            f"POST {led}/{path}": STAFF
            for path in ("edit", "recommendation", "owner", "step", "grounds", "grounds/remove")
        },
        **{
            f"POST {asked}/{path}": AGENCY
            for path in (
                "prepare",
                "answer",
                "actions",
                "actions/{promise_id}/claim",
                "actions/{promise_id}/remove",
            )
        },
        f"POST {asked}/actions/{{promise_id}}/check": STAFF,
        # Nothing is prepared, and nobody was heard.
        f"POST {asked}/release": NOBODY,
        f"POST {asked}/take-back": NOBODY,
        f"POST {led}/dispute": NOBODY,
        f"GET {led.replace('/portal', '/portal/follow')}": NOBODY,
        f"POST {led.replace('/portal', '/portal/follow')}/dispute": NOBODY,
    }


def settle(
    portal: Portal, people: Mapping[str, Somebody], objects: Mapping[str, object]
) -> dict[str, object]:
    with portal.city.database.connect() as owner:
        led, promise_id = store_decision(owner), store_action(owner)
        owner.execute(
            "UPDATE participation.decisions SET owner_id = %s, outcome = NULL, answered_at = NULL, state = 'with_owner'"
            " WHERE decision_id = (SELECT decision_id FROM participation.decision_actions WHERE action_id = %s)",
            [UUID(str(objects["organisation_id"])), promise_id],
        )
        row = owner.execute(
            "UPDATE participation.decision_actions SET owner_id = %s WHERE action_id = %s RETURNING decision_id",
            [UUID(str(objects["organisation_id"])), promise_id],
        ).fetchone()
    assert row is not None
    return {"led_decision_id": led, "asked_decision_id": row[0], "promise_id": promise_id}
