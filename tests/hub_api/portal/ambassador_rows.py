"""Who gets into the pages of ambassadors and of what they do: rows of the access matrix."""

from __future__ import annotations

from tests.hub_api.portal.term_scene import EVENT

#: Objects that some rows are tried with instead, and the name that the path has for them.
OTHERS = {"applicant_id": "ambassador_id"}


def rows(
    everybody: frozenset[str], signed: frozenset[str], staff: frozenset[str]
) -> dict[str, frozenset[str]]:
    own = frozenset({"ambassador"})
    return {
        "GET /portal/ambassadors": everybody,
        "GET /portal/ambassadors/{ambassador_id}": everybody,
        # Who has not agreed to be seen is not there, for coordinators neither.
        "GET /portal/ambassadors/{applicant_id}": frozenset(),
        "GET /portal/account/ambassador": signed,
        "POST /portal/account/ambassador": signed,
        "POST /portal/account/ambassador/step": own,
        "POST /portal/account/ambassador/conduct": own,
        "POST /portal/account/ambassador/profile": own,
        "GET /portal/account/ambassador/activities/new": own,
        "POST /portal/account/ambassador/activities/new": own,
        "POST /portal/account/ambassador/events/{event_id}/join": own,
        "GET /portal/account/ambassador/activities/{activity_id}": own,
        "POST /portal/account/ambassador/activities/{activity_id}/step": own,
        "POST /portal/account/ambassador/activities/{activity_id}/report": own,
        "POST /portal/account/ambassador/activities/{activity_id}/evidence": own,
        "POST /portal/account/ambassador/activities/{activity_id}/evidence/{file_id}/remove": own,
        "GET /portal/activities/{activity_id}/evidence/{file_id}": staff | own,
        "GET /portal/desk/ambassadors": staff,
        "POST /portal/desk/ambassadors/bulk": staff,
        "POST /portal/desk/ambassadors/decisions/release": staff,
        "POST /portal/desk/ambassadors/decisions/{decision_id}/withdraw": staff,
        "GET /portal/desk/ambassadors/papers": staff,
        "POST /portal/desk/ambassadors/papers": staff,
        "GET /portal/desk/ambassadors/{ambassador_id}": staff,
        "GET /portal/desk/ambassadors/{applicant_id}": staff,
        "POST /portal/desk/ambassadors/{ambassador_id}/step": staff,
        "POST /portal/desk/ambassadors/{applicant_id}/prepare": staff,
        "POST /portal/desk/ambassadors/{ambassador_id}/training": staff,
        "GET /portal/desk/activities": staff,
        "POST /portal/desk/activities/bulk": staff,
        "GET /portal/desk/activities/{activity_id}": staff,
        "POST /portal/desk/activities/{activity_id}/verify": staff,
        "POST /portal/desk/activities/{activity_id}/step": staff,
        "POST /portal/desk/activities/{activity_id}/merge": staff,
    }


#: Forms that would be understood, of a version that has gone.
FORMS: dict[str, dict[str, str]] = {
    "POST /portal/account/ambassador": {"governorate": "OM-MA", "motivation": "", "language": "en"},
    "POST /portal/account/ambassador/step": {"event": "retire", "version": "99"},
    "POST /portal/account/ambassador/conduct": {"version": "99"},
    "POST /portal/account/ambassador/profile": {"version": "99"},
    "POST /portal/account/ambassador/activities/new": EVENT | {"ends_at": "2026-12-01T08:00"},
    "POST /portal/account/ambassador/activities/{activity_id}/step": {"event": "report", "version": "99"},
    "POST /portal/account/ambassador/activities/{activity_id}/report": {
        "reached": "1",
        "minutes": "1",
        "account": "x",
        "version": "99",
    },
    "POST /portal/desk/ambassadors/decisions/release": {"decision": "{decision_id}"},
    "POST /portal/desk/ambassadors/papers": {"kind": "conduct"},
    "POST /portal/desk/ambassadors/{ambassador_id}/step": {
        "event": "suspend",
        "reason": "conduct",
        "version": "99",
    },
    "POST /portal/desk/ambassadors/{applicant_id}/prepare": {
        "event": "reject",
        "reason": "time",
        "version": "99",
    },
    "POST /portal/desk/ambassadors/{ambassador_id}/training": {"version": "99"},
    "POST /portal/desk/activities/{activity_id}/verify": {"counted": "1", "version": "99"},
    "POST /portal/desk/activities/{activity_id}/step": {
        "event": "reject",
        "reason": "not_held",
        "version": "99",
    },
    "POST /portal/desk/activities/{activity_id}/merge": {"into": "{event_id}"},
}
