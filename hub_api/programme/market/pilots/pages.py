"""``/portal/pilots``: what is tried on live data, its things, and where they publish."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.journeys.service import find_journey
from casework.programme import Session
from hackathon.market.pilots import service, things
from hackathon.market.pilots.machine import PILOT, REGISTERING
from hackathon.market.pilots.model import Origin, Plan
from hackathon.market.pilots.passage import PASSAGE
from hackathon.market.pilots.rules import example_of, is_inside, is_provider, topic_of
from hackathon.market.pilots.settings import PilotSettings
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, code, names, state, value
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, bulk_steps, states_of
from hub_api.programme.kit.outlook import Subject, without_dates
from hub_api.programme.kit.pages import Onward, Page, anybody, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.market.marketplace.words import require_programme
from hub_api.programme.market.pilots.words import DATASTREAM, PLAN, THING, vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
page = partial(Page, router, vocabulary=vocabulary)


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    pilots, onward = service.list_public(session, request.query_id("after"))
    return {"pilots": pilots, "onward": onward}


def look_at_own(session: Session, request: PortalRequest) -> dict[str, Any]:
    pilots, onward = service.list_own(session, request.query_id("after"))
    return {"pilots": pilots, "onward": onward}


page(
    "/pilots",
    "market/pilots/list.html",
    look_at_list,
    guard=anybody,
    title="pilots.title",
    here="marketplace",
    tab="pilots",
)
page(
    "/account/pilots",
    "market/pilots/list.html",
    look_at_own,
    guard=signed_in,
    title="pilots.own",
    here="account",
    tab="pilots",
)


ListPage(
    router,
    "/desk/pilots",
    service.DESK,
    (
        Column("list.title", names("title"), link="/pilots/{pilot_id}"),
        Column("list.agency", names("agency")),
        Column("pilots.provider", names("provider")),
        Column("pilots.origin", code("origin", lambda known: Origin(known).label)),
        Column("list.state", state(PILOT)),
        Column("list.since", value("state_changed_at"), "since"),
        Column("list.begun", value("created_at"), "begun"),
    ),
    guard=require_programme,
    here="desk",
    title="pilots.title",
    empty="pilots.desk_empty",
    fields={"q": FilterLabel("list.search"), "state": FilterLabel("list.state", states_of(PILOT))},
    bulk=bulk_steps(PILOT, ("decline", "stop"), service.move),
    beside={"introductions.desk": "/desk/introductions"},
)


def look_at_new(session: Session, request: PortalRequest) -> dict[str, Any]:
    """What it comes of is said behind the question mark, and afterwards by the form."""
    begun = Form({name: [request.query(name)] for name in ("origin", "from")})
    ground = service.get_ground(session, *origin_of(begun if request.sent is None else request.sent))
    agencies = service.list_agencies(session, ground)
    return {
        "ground": ground,
        "agencies": [(str(one), names.shown(request.language)) for one, names in agencies],
    }


def origin_of(form: Form) -> tuple[Origin, UUID]:
    try:
        return Origin(form.text("origin")), form.id("from")
    except ValueError as error:
        raise FormUnreadable from error


def read_new(form: Form) -> tuple[Origin, UUID, Plan, UUID | None]:
    return *origin_of(form), PLAN(form), form.id("agency") if form.text("agency") else None


def propose(session: Session, sent: tuple[Origin, UUID, Plan, UUID | None]) -> Onward:
    return Onward(f"/pilots/{service.propose(session, *sent)}")


page(
    "/pilots/new",
    "market/pilots/new.html",
    look_at_new,
    guard=signed_in,
    title="pilots.propose",
    here="marketplace",
).post("", read_new, "pilot_proposed", propose)


def look(session: Session, request: PortalRequest, pilot_id: UUID) -> dict[str, Any]:
    """``properties`` are to choose from, for whoever registers."""
    pilot, now, settings = service.get_pilot(session, pilot_id), session.now(), session.of(PilotSettings)
    inside, provider = is_inside(session.actor, pilot), is_provider(session.actor, pilot)
    has_words = inside and bool(PILOT.state(pilot.state).reasons)
    is_registering = pilot.state in REGISTERING
    return {
        "title": pilot.titles.shown(request.language),
        "pilot": pilot,
        "things": things.list_things(session, pilot),
        "properties": things.list_properties(session) if is_registering and provider else [],
        "steps": steps_on(session, request, PILOT, pilot_id),
        "step_words": session.words(pilot_id) if has_words else {},
        "is_inside": inside,
        "is_provider": provider,
        "is_registering": is_registering,
        "broker": settings.broker,
        "topic_of": lambda thing: topic_of(pilot, thing),
        "example_of": lambda thing: example_of(thing, now),
        "is_fresh": lambda one: one.is_fresh(now, settings.fresh_intervals, settings.fresh_seconds),
        "age": lambda one: one.age(now),
        "journey": find_journey(session, PASSAGE, pilot_id),
    }


PAGE = page(
    "/pilots/{pilot_id}",
    "market/pilots/show.html",
    look,
    guard=anybody,
    object_guard=service.get_own_pilot,
    subject=Subject(PILOT, "pilot", without_dates),
    here="marketplace",
    tab="pilots",
)
PAGE.steps(service.move)
PAGE.post("things", THING, "thing_registered", things.register)
PAGE.post("datastreams", DATASTREAM, "datastream_added", things.add_datastream)
