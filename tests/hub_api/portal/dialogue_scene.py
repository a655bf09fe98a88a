"""A session that is open and an idea in public, for the rows of the access matrix."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

from casework.access.model import ANONYMOUS, Scope, ScopeKind
from casework.admission.model import NewRoll
from casework.admission.service import open_roll
from casework.people.model import Names
from tests.hackathon.dialogue_specimens import FAR, NOON, store_talk
from tests.hackathon.idea_specimens import store_idea
from tests.hackathon.seat_specimens import store_seat
from tests.hub_api.portal.conftest import Portal, Somebody

OTHERS: dict[str, str] = {"talk_id": "session_id", "expected_id": "seat_id"}
_PART = {"answer": "No", "taken": "0"}
_REACH = {"medium": "press", "measure": "views", "number": "-1", "source": "", "counted_on": "2026-11-24"}
_PLAN = {
    "decider_id": "{organisation_id}",
    "seats": "0",
    "begins": "2026-12-01T08:00",
    "ends": "2026-12-01T09:00",
}
FORMS: dict[str, dict[str, str]] = {
    "POST /portal/desk/dialogue/new": _PLAN,
    "POST /portal/desk/dialogue/{talk_id}/edit": _PLAN | {"version": "99"},
    "POST /portal/desk/dialogue/{talk_id}/step": {"event": "publish", "version": "99"},
    "POST /portal/desk/dialogue/{talk_id}/summary": {"version": "99"},
    "POST /portal/desk/dialogue/{talk_id}/none": {"version": "99"},
    "POST /portal/desk/dialogue/{talk_id}/amendments/{amendment_id}": _PART,
    "POST /portal/desk/dialogue/{talk_id}/voting": {"voting_days": "0"},
    "POST /portal/dialogue/{talk_id}/amend": {"proposed": "x", "reason": "y"},
    "POST /portal/ideas/{idea_id}/step": {"event": "close", "reason": "already_so", "version": "99"},
    "POST /portal/ideas/{idea_id}/merge": {"main": "{idea_id}", "version": "99"},
    "POST /portal/ideas/{idea_id}/edit": {"title": "x", "body": "y", "version": "99"},
    "POST /portal/ideas/{idea_id}/reach": _REACH,
    "POST /portal/desk/dialogue/{talk_id}/reach": _REACH,
    "POST /portal/ideas/new": {"title": ""},
    "POST /portal/dialogue/{talk_id}/seat": {"name": ""},
    "POST /portal/follow/statements/{talk_id}/vote": {"statement": "{idea_id}", "vote": "agree"},
}
STAFF, NOBODY, VISITOR = frozenset({"programme_officer"}), frozenset[str](), frozenset({"visitor"})
_DEEDS = (
    "step", "edit", "summary", "none", "amendments/{amendment_id}", "recommendations",
    "recommendations/{recommendation_id}/agree", "recommendations/{recommendation_id}/drop", "statements",
    "statements/{statement_id}/remove", "voting", "count", "check-in", "attendance/{expected_id}",
    "reach", "reach/{reach_id}/remove",
    "themes/tell", "notes/said", "notes/said/themes",
)  # fmt: skip


def rows(
    everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
) -> dict[str, frozenset[str]]:
    """Nobody here moderates, was at the session, or brings a number and a code."""
    talk, idea, desk = "/portal/dialogue/{talk_id}", "/portal/ideas/{idea_id}", "/portal/desk/dialogue"
    votes = "/portal/follow/statements/{talk_id}"
    return {
        "GET /portal/dialogue": everybody,
        f"GET {talk}/calendar.ics": everybody,
        f"GET {talk}": everybody,
        f"POST {talk}/seat": everybody,
        f"POST {talk}/amend": NOBODY,
        f"GET {talk.replace('/portal', '/portal/follow')}": NOBODY,
        f"POST {talk.replace('/portal', '/portal/follow')}/amend": NOBODY,
        f"GET {votes}": everybody,
        # Nobody is signed in there: the forms of whoever is come from elsewhere.
        f"POST {votes}/begin": VISITOR,
        f"POST {votes}/vote": VISITOR,
        "GET /portal/ideas": everybody,
        "GET /portal/ideas/moderation": everybody,
        "GET /portal/ideas/new": everybody,
        "POST /portal/ideas/new": everybody,
        f"GET {idea}": everybody,
        f"POST {idea}/support": everybody,
        f"POST {idea}/step": STAFF,
        f"POST {idea}/merge": STAFF,
        f"POST {idea}/reach": STAFF,
        f"POST {idea}/reach/{{reach_id}}/remove": STAFF,
        f"POST {idea}/edit": NOBODY,
        f"GET {idea.replace('/portal', '/portal/follow')}": NOBODY,
        f"POST {idea.replace('/portal', '/portal/follow')}/step": NOBODY,
        f"POST {idea.replace('/portal', '/portal/follow')}/edit": NOBODY,
        "GET /portal/desk/ideas": NOBODY,
        "POST /portal/desk/ideas/bulk": NOBODY,
        f"GET {talk}/themes": everybody,
        f"GET {desk}/{{talk_id}}/themes": STAFF,
        f"GET {desk}/{{talk_id}}/notes/said": STAFF,
        f"GET {desk}": STAFF,
        f"GET {desk}/new": STAFF,
        f"POST {desk}/new": STAFF,
        f"GET {desk}/{{talk_id}}": STAFF,
        f"GET {desk}/{{talk_id}}/attendance": STAFF,
        **{f"POST {desk}/{{talk_id}}/{deed}": STAFF for deed in _DEEDS},
    }


def settle(
    portal: Portal, people: Mapping[str, Somebody], objects: Mapping[str, object]
) -> dict[str, object]:
    """A session without seats, in which people vote."""
    parts = {name: uuid4() for name in ("amendment_id", "recommendation_id", "statement_id", "reach_id")}
    with portal.city.database.connect() as owner:
        talk_id, expected_id = store_talk(owner, "registration"), store_seat(owner)
        idea_id = store_idea(owner, "open", talk_id)
        owner.execute(
            "INSERT INTO participation.votings (object_id, seed, opens_at, closes_at) VALUES (%s, 1, %s, %s)",
            [talk_id, NOON - timedelta(days=1), FAR],
        )
    roll = NewRoll("session", Names("الظل", "Shade"), Scope(ScopeKind.SESSION, talk_id), seats=0, ends_at=FAR)
    portal.office.programme.call(ANONYMOUS, open_roll, talk_id, roll)
    return {"talk_id": talk_id, "idea_id": idea_id, "expected_id": expected_id, **parts}
