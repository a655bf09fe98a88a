"""``/portal/hackathons``: what everybody sees of them.

``/portal/hackathons/…/desk``: its organisers write it, plan it, and move it step by step.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.access.rules import holds_any
from casework.organisations.speakers import agencies_of
from casework.people.model import Names
from casework.pictures.service import pictures_of
from casework.programme import Session
from casework.workflow.deadlines import extension_choices
from casework.workflow.errors import NotAllowed
from hackathon.contest.challenges import decisions
from hackathon.contest.challenges.machine import BEFORE_THE_START
from hackathon.contest.challenges.service import list_challenges
from hackathon.contest.hackathons import service
from hackathon.contest.hackathons.errors import (
    AppealsOpen,
    DatesMissing,
    NoChallenge,
    NoResults,
    NotDescribed,
)
from hackathon.contest.hackathons.machine import DEADLINES, EDITABLE, HACKATHON, STAFF
from hackathon.contest.hackathons.model import Description, Hackathon
from hackathon.contest.hackathons.rules import begins_early, scopes_of
from hackathon.contest.hackathons.service import create, get_hackathon, list_hackathons
from hackathon.contest.hackathons.settings import HackathonSettings
from hackathon.contest.jury.judges import list_named
from hackathon.contest.teams.machine import FORMING_IN
from hackathon.contest.teams.service import count_teams, find_own_team, why_not_found
from hub_api.programme.casework.pictures.pages import shown_with, take_pictures, written_with
from hub_api.programme.contest.hackathons.words import DESCRIPTION, cards_of, page
from hub_api.programme.kit.feeds import Entry, feed
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.outlook import Subject, public
from hub_api.programme.kit.pages import Onward, anybody, of_part, signed_in, spread
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import Remedies, extensions_of, steps_on, with_remedies

router = APIRouter(prefix="/portal", include_in_schema=False)


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    return {
        "hackathons": cards_of(session, request, list_hackathons(session, request.query_id("after"))),
        "rows": session.of(HackathonSettings).page_rows_max,
        "may_create": holds_any(session.actor, STAFF, ()),
    }


page(
    router,
    "/hackathons",
    "contest/hackathons/list.html",
    look_at_list,
    guard=anybody,
    title="rooms.hackathons",
)


def entry_of(one: Hackathon) -> Entry:
    said = one.description
    titles, texts = Names(said.title_ar, said.title_en), Names(said.summary_ar, said.summary_en)
    return Entry(one.hackathon_id, titles, texts, one.state_changed_at)


feed(
    router,
    "/hackathons",
    lambda session: [one for one in list_hackathons(session) if HACKATHON.state(one.state).public is None],
    entry_of,
)


def require_programme(request: PortalRequest) -> None:
    """Who organises for the whole hub makes new ones; :class:`NotAllowed`."""
    _ = request.person
    if not holds_any(request.actor, STAFF, ()):
        raise NotAllowed


def look_at_new(_session: Session, request: PortalRequest) -> dict[str, Any]:
    return {"written": DESCRIPTION.fill(None, request.typed)}


def send_new(session: Session, description: Description) -> Onward:
    return Onward(f"/hackathons/{create(session, description)}/desk")


page(
    router,
    "/hackathons/new",
    "contest/hackathons/new.html",
    look_at_new,
    guard=require_programme,
    title="hackathons.new",
).post("", DESCRIPTION, "saved", send_new)


def look(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """``agencies`` are those for which the visitor may propose challenges; ``teams`` counts those that they see."""
    one = get_hackathon(session, hackathon_id)
    return {
        "title": one.description.title(request.language),
        "one": one,
        **shown_with(request, session, hackathon_id),
        "sharing_text": one.description.summary_ar
        if request.language == "ar"
        else one.description.summary_en,
        "is_staff": holds_any(session.actor, STAFF, scopes_of(hackathon_id)),
        "deadlines": sorted(session.deadlines(hackathon_id), key=lambda deadline: deadline.instant),
        "begins_early": one.state in FORMING_IN and begins_early(session.planned(hackathon_id)),
        "extensions": session.extensions(hackathon_id),
        "challenges": list_challenges(session, hackathon_id),
        "agencies": agencies_of(session.actor) if one.state in BEFORE_THE_START else [],
        **jury_with(session, hackathon_id),
        "teams": count_teams(session, hackathon_id),
        "own_team": find_own_team(session, hackathon_id),
        "may_found": why_not_found(session, hackathon_id) is None,
    }


def jury_with(session: Session, hackathon_id: UUID) -> dict[str, Any]:
    """Those of the jury who want to be named, and what they show of themselves."""
    jury = list_named(session, hackathon_id)
    return {"jury": jury, "faces": pictures_of(session, [one.person_id for one in jury])}


page(
    router,
    "/hackathons/{hackathon_id}",
    "contest/hackathons/show.html",
    look,
    guard=anybody,
    subject=Subject(HACKATHON, "one", lambda one: one.hackathon_id, public),
)


_PATH = "/hackathons/{hackathon_id}"


def require_staff(session: Session, hackathon_id: UUID) -> None:
    """Only organisers learn what is there, and what is wrong with a form; :class:`NotAllowed`."""
    session.require(STAFF, scopes_of(hackathon_id))


def remedies_of(hackathon_id: UUID) -> Remedies:
    """Where its desk puts right what is missing."""
    path = f"/hackathons/{hackathon_id}"
    return {
        NotDescribed: "#description",
        DatesMissing: "#dates",
        NoChallenge: "#challenges",
        NoResults: f"{path}/desk/results",
        AppealsOpen: f"{path}/desk/results",
    }


def look_at_desk(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    require_staff(session, hackathon_id)
    one, language = service.get_hackathon(session, hackathon_id), request.language
    challenges = list_challenges(session, hackathon_id)
    titles = {each.challenge_id: each.description.title(language) for each in challenges}
    planned = session.planned(hackathon_id)
    return {
        "title": one.description.title(language),
        "one": one,
        **written_with(request, session, hackathon_id),
        "written": DESCRIPTION.fill(one.description, request.typed),
        "steps": with_remedies(
            steps_on(session, request, HACKATHON, hackathon_id), remedies_of(hackathon_id)
        ),
        "names": DEADLINES,
        "planned": planned,
        "may_plan": one.state in HACKATHON.planned_in,
        "may_edit": one.state in EDITABLE,
        "extendable": extensions_of(HACKATHON, one.state, planned, DEADLINES, request),
        "reasons": extension_choices(language),
        "challenges": challenges,
        "may_challenge": one.state in BEFORE_THE_START,
        "decisions": [
            (each, titles[each.object_id]) for each in decisions.list_prepared(session, list(titles))
        ],
    }


def read_dates(form: Form) -> dict[str, datetime]:
    return {name: instant for name in DEADLINES if (instant := form.instant(name)) is not None}


def read_extension(form: Form) -> tuple[str, datetime, str]:
    return form.text("name"), form.chosen_instant("instant"), form.text("reason")


PAGE = page(
    router,
    f"{_PATH}/desk",
    "contest/hackathons/staff.html",
    look_at_desk,
    guard=signed_in,
    object_guard=require_staff,
    subject=Subject(HACKATHON, "one", lambda one: one.hackathon_id),
)
take_pictures(PAGE, f"{_PATH}/picture", service.PICTURED)
PAGE.edit(f"{_PATH}/edit", DESCRIPTION, "step_taken", service.edit)
PAGE.steps(service.move, path=f"{_PATH}/step")
PAGE.post(f"{_PATH}/deadlines", read_dates, "step_taken", service.plan)
PAGE.post(f"{_PATH}/extension", read_extension, "step_taken", spread(service.extend))
PAGE.post(
    f"{_PATH}/decisions/release", lambda form: form.ids("decision"), "step_taken", of_part(decisions.release)
)
PAGE.press_part(f"{_PATH}/decisions/{{decision_id}}/withdraw", "step_taken", of_part(decisions.take_back))
