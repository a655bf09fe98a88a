"""``/portal/challenges``, and proposing one to a hackathon.

How challenges are said, and what the form of one sends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.access.rules import holds_any
from casework.decisions.service import agency_choices
from casework.journeys.service import find_journey
from casework.organisations.speakers import agencies_of
from casework.programme import Session
from casework.workflow.errors import NotAllowed
from casework.workflow.wording import Label
from hackathon.contest.challenges import decisions, service
from hackathon.contest.challenges.errors import (
    ChallengeNotWritten,
    ChallengeWithoutData,
    ChallengeWithoutTerms,
)
from hackathon.contest.challenges.machine import AGENCY, CHALLENGE, JURY, STAFF
from hackathon.contest.challenges.model import Description, Terms
from hackathon.contest.challenges.passage import PASSAGE
from hackathon.contest.challenges.rules import may_write, scopes_of
from hackathon.contest.hackathons.rules import scopes_of as hackathon_scopes
from hackathon.contest.hackathons.service import get_hackathon
from hub_api.programme.casework.organisations.words import agency_name
from hub_api.programme.contest.challenges.linked import city_first, linked_data
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.outlook import Subject
from hub_api.programme.kit.pages import Onward, Page, anybody, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import Remedies, steps_on, with_remedies
from hub_api.programme.kit.values import Special, ValueForm


def _codes(said: Sequence[str]) -> dict[str, list[str]]:
    return {"things": [" ".join(said)] if said else []}


DESCRIPTION = ValueForm(
    Description,
    special={
        "datasets": Special(lambda form: form.all("dataset"), lambda codes: {"dataset": list(codes)}),
        "things": Special(lambda form: tuple(form.text("things").replace(",", " ").split()), _codes),
    },
)


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of challenges call things."""
    return {
        "terms": [(each.value, terms_label(each).text(request.language)) for each in Terms],
        "terms_label": terms_label,
    }


#: A page of challenges.
page = partial(Page, here="hackathons", vocabulary=vocabulary)


def terms_label(terms: Terms) -> Label:
    return Label(CHALLENGE.package, f"terms.{terms}")


router = APIRouter(prefix="/portal", include_in_schema=False)


def require_officer(request: PortalRequest) -> None:
    """For those who speak for an agency; :class:`NotAllowed`."""
    if not agencies_of(request.person.actor):
        raise NotAllowed


def require_organiser(session: Session, hackathon_id: UUID) -> None:
    """Organisers of a hackathon write challenges of their own; :class:`NotAllowed`."""
    session.require(STAFF, hackathon_scopes(hackathon_id))


def look_at_new(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    get_hackathon(session, hackathon_id)
    return {
        "hackathon_id": hackathon_id,
        "is_own": False,
        "written": DESCRIPTION.fill(None, request.typed),
        "agencies": [(str(each), agency_name(session, request, each)) for each in agencies_of(session.actor)],
        "linkable": service.list_linkable(session, "datasets"),
    }


async def sort_linkable(request: PortalRequest, found: Mapping[str, Any]) -> Mapping[str, Any]:
    datasets, elsewhere = await city_first(request.http.app.state.hub, found["linkable"])
    return {"datasets": datasets, "elsewhere": elsewhere}


def read_new(form: Form) -> tuple[UUID, Description]:
    return form.id("organisation"), DESCRIPTION(form)


def send_new(session: Session, hackathon_id: UUID, sent: tuple[UUID, Description]) -> Onward:
    organisation_id, description = sent
    made = service.create(session, service.Place(hackathon_id, organisation_id), description)
    return Onward(f"/challenges/{made}")


page(
    router,
    "/hackathons/{hackathon_id}/challenges/new",
    "contest/challenges/new.html",
    look_at_new,
    guard=require_officer,
    title="challenges.new",
    beside=sort_linkable,
).post("", read_new, "saved", send_new)


def look_at_own_new(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    require_organiser(session, hackathon_id)
    return look_at_new(session, request, hackathon_id) | {
        "agencies": agency_choices(session, request.language),
        "is_own": True,
    }


def send_own_new(session: Session, hackathon_id: UUID, sent: tuple[UUID, Description]) -> Onward:
    organisation_id, description = sent
    made = service.create_own(session, service.Place(hackathon_id, organisation_id), description)
    return Onward(f"/challenges/{made}")


page(
    router,
    "/hackathons/{hackathon_id}/desk/challenges/new",
    "contest/challenges/new.html",
    look_at_own_new,
    guard=signed_in,
    object_guard=require_organiser,
    title="challenges.new_own",
    beside=sort_linkable,
).post("", read_new, "saved", send_own_new)


#: Where its page puts right what is missing.
REMEDIES: Remedies = dict.fromkeys(
    (ChallengeNotWritten, ChallengeWithoutTerms, ChallengeWithoutData), "#description"
)


def look(session: Session, request: PortalRequest, challenge_id: UUID) -> dict[str, Any]:
    one = service.get_challenge(session, challenge_id)
    scopes = scopes_of(one)
    has_reason = bool(CHALLENGE.state(one.state).reasons)
    return {
        "title": one.description.title(request.language),
        "one": one,
        "written": DESCRIPTION.fill(one.description, request.typed),
        "agency": agency_name(session, request, one.organisation_id),
        "steps": with_remedies(steps_on(session, request, CHALLENGE, challenge_id), REMEDIES),
        "step_words": session.words(challenge_id) if has_reason else {},
        "linkable": service.list_linkable(session, "datasets"),
        "site": request.site,
        "is_inside": holds_any(session.actor, AGENCY | JURY, scopes),
        "may_edit": may_write(session.actor, one),
        "journey": find_journey(session, PASSAGE, challenge_id),
    }


async def link(request: PortalRequest, found: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data that it links, as they are now, and those that it could link."""
    about, state = found["one"].description, request.http.app.state
    linked = await linked_data(state.hub, state.board.settings, about.datasets, about.things)
    return {"linked": linked, **await sort_linkable(request, found)}


PAGE = page(
    router,
    "/challenges/{challenge_id}",
    "contest/challenges/show.html",
    look,
    guard=anybody,
    object_guard=service.get_challenge,
    beside=link,
    subject=Subject(CHALLENGE, "one", lambda one: one.hackathon_id, lambda found: not found["is_inside"]),
)
PAGE.edit("edit", DESCRIPTION, "saved", service.edit)
PAGE.steps(service.move)
PAGE.steps(decisions.prepare, path="prepare", notice="prepared")
