"""``/portal/dialogue``: sessions for everybody, a seat in one, its summary and what is voted on in it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter

from casework.admission import seats
from casework.admission.attending import find_attended
from casework.follow_up.service import followed_by
from casework.governorates.model import Governorate
from casework.moderation.steps import MODERATORS
from casework.people.model import Names
from casework.programme import Session
from casework.reach.service import list_reach
from casework.statistics.settings import StatisticsSettings
from casework.workflow.errors import NoSuchObject
from hub_api.programme.casework.admission.seats import SeatPages, free_seats, seat_of
from hub_api.programme.casework.statements.pages import VotingPages
from hub_api.programme.casework.themes.pages import ThemePages
from hub_api.programme.kit.calendars import Dates, Time, calendar
from hub_api.programme.kit.feeds import Entry, feed
from hub_api.programme.kit.followers import follows
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.outlook import Subject
from hub_api.programme.kit.pages import Page, anybody, spread
from hub_api.programme.kit.request import PortalRequest
from participation.dialogue import service
from participation.dialogue.machine import FACILITATORS, SESSION, SUBJECTS
from participation.dialogue.model import FOLLOWED_AT, Talk
from participation.dialogue.settings import DialogueSettings

router = APIRouter(prefix="/portal", include_in_schema=False)
AT: Final = "/dialogue/{session_id}"
DESK_AT: Final = "/desk/dialogue/{session_id}"
COMING: Final = ("registration", "live")
PAST: Final = ("held", "summary_open", "published", "cancelled")
#: Nobody is signed in on pages below ``/follow``, so that no vote stands beside an account.
VOTING_AT: Final = "/follow/statements/{session_id}"


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of dialogue need besides."""
    return {
        "governorates": Governorate.choices(request.language),
        "at": request.office.clock(),
        "limits": request.office.programme.of(DialogueSettings),
    }


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    """What comes, and what was."""
    past, after = service.list_talks(session, PAST, request.query_id("after"))
    return {
        "coming": service.list_talks(session, COMING)[0],
        "past": past,
        "after": after,
        "leads": session.holds_anywhere(FACILITATORS),
        "moderates": session.holds_anywhere(MODERATORS),
    }


Page(
    router,
    "/dialogue",
    "participation/dialogue/sessions.html",
    look_at_list,
    guard=anybody,
    title="dialogue.title",
    here="dialogue",
    vocabulary=vocabulary,
)
feed(
    router,
    "/dialogue",
    lambda session: service.list_talks(session, SUBJECTS)[0],
    lambda one: Entry(one.session_id, one.plan.titles, one.plan.questions, one.state_changed_at),
)


def dates_of(session: Session, session_id: UUID) -> Dates:
    """From when to when, and where; nothing of what was cancelled."""
    talk = service.get_talk(session, session_id)
    times = () if talk.state == "cancelled" else (Time(None, talk.begins_at, talk.ends_at),)
    plan = talk.plan
    return Dates(plan.titles, times, talk.version, talk.state_changed_at, plan.questions, plan.places)


calendar(router, AT, "dialogue.title", dates_of)


def shown(session: Session, session_id: UUID) -> dict[str, Any]:
    """A session as everybody sees it."""
    talk = service.get_talk(session, session_id)
    places = free_seats(session, session_id, talk.plan.seats) if talk.state == "registration" else None
    return {
        "talk": talk,
        "amendments": service.list_amendments(session, session_id),
        "recommendations": [
            one for one in service.list_recommendations(session, session_id) if one.decision_id
        ],
        **VOTING.told(session, session_id),
        "may_amend": may_amend(session, talk),
        "places": places,
        "attended": seats.count_seats(session, session_id).get("present", 0) if talk.held_at else None,
        "told_from": session.of(StatisticsSettings).cell_min,
        "leads": _leads(session, session_id),
        "reach": list_reach(session, session_id),
    }


def may_amend(session: Session, talk: Talk) -> bool:
    ends = talk.amend_ends_at
    is_time = talk.state == "summary_open" and ends is not None and session.now() < ends
    return is_time and find_attended(session, talk.session_id) is not None


def _leads(session: Session, session_id: UUID) -> bool:
    return session.holds(FACILITATORS, session.look(service.SESSIONS, session_id).scopes)


def look(session: Session, request: PortalRequest, session_id: UUID) -> dict[str, Any]:
    found = shown(session, session_id)
    return {
        **found,
        "title": found["talk"].plan.titles.shown(request.language),
        **seat_of(session, request, session_id),
        "own_path": f"/dialogue/{session_id}",
    }


def read_amendment(form: Form) -> tuple[str, str]:
    return form.text("proposed"), form.text("reason")


def about_seats(session: Session, request: PortalRequest, session_id: UUID) -> dict[str, Any]:
    talk = service.get_talk(session, session_id)
    return {
        "title": talk.plan.titles.shown(request.language),
        "begins_at": talk.begins_at,
        "place": talk.plan.places.shown(request.language),
        "is_open": talk.state in COMING,
    }


SEATS = SeatPages(router, AT, DESK_AT, lead=service.require_lead, about=about_seats, here="dialogue")
SUBJECT = Subject(SESSION, "talk", lambda one: one.session_id)
PAGE = Page(
    router,
    AT,
    "participation/dialogue/session.html",
    look,
    guard=anybody,
    here="dialogue",
    strangers=True,
    subject=SUBJECT,
    vocabulary=vocabulary,
)
SEATS.take(PAGE)
PAGE.post("amend", read_amendment, "amendment_sent", spread(service.propose))


def look_as_follower(session: Session, request: PortalRequest, session_id: UUID) -> dict[str, Any]:
    """For whoever has a seat by number and code."""
    found = shown(session, session_id)
    seat_id = followed_by(session)
    seat = None if seat_id is None else seats.get_own(session, seat_id)
    if seat is None or seat.object_id != session_id:
        raise NoSuchObject
    return {
        **found,
        "title": found["talk"].plan.titles.shown(request.language),
        "seat": seat,
        "has_seat": seat.state in seats.EXPECTED,
        "own_path": FOLLOWED_AT.format(session_id),
    }


Page(
    router,
    FOLLOWED_AT.format("{session_id}"),
    "participation/dialogue/session.html",
    look_as_follower,
    guard=follows,
    here="dialogue",
    subject=SUBJECT,
    vocabulary=vocabulary,
).post("amend", read_amendment, "amendment_sent", spread(service.propose))


VOTING = VotingPages(
    router,
    VOTING_AT,
    service.STATEMENTS,
    lambda session, session_id: service.get_talk(session, session_id).plan.questions,
    home=AT,
    here="dialogue",
)


def asked_in(session: Session, session_id: UUID) -> tuple[Names, Names]:
    plan = service.get_talk(session, session_id).plan
    return plan.titles, plan.questions


THEMES = ThemePages(
    router,
    AT,
    DESK_AT,
    "said",
    see=asked_in,
    lead=service.require_lead,
    notes=service.list_notes,
    here="dialogue",
)
