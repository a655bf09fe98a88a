"""``/portal/pilots``: what is tried on live data, its things, and where they publish."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.market.journeys.model import Kind
from hackathon.market.journeys.service import find_journey
from hackathon.market.pilots import service, things
from hackathon.market.pilots.desk import PilotDesk
from hackathon.market.pilots.machine import PILOT, REGISTERING
from hackathon.market.pilots.model import NewThing, Origin, Pilot, Plan, ResultType
from hackathon.market.pilots.rules import example_of, is_inside, is_provider, topic_of
from hackathon.market.pilots.settings import PilotSettings
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Onward, Page, anybody, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_of, words_in
from hub_api.programme.market.pilots.words import PLAN, THING, vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    after = request.query_id("after")
    found, onward = service.list_public(session.connection, session.of(PilotDesk), after)
    return {"pilots": found, "onward": onward}


def look_at_own(session: Session, request: PortalRequest) -> dict[str, Any]:
    after = request.query_id("after")
    found, onward = service.list_own(session.connection, session.of(PilotDesk), session.actor, after)
    return {"pilots": found, "onward": onward}


Page(
    router,
    "/pilots",
    "market/pilots/list.html",
    look_at_list,
    guard=anybody,
    title="pilots.title",
    here="marketplace",
    tab="pilots",
    vocabulary=vocabulary,
)
Page(
    router,
    "/account/pilots",
    "market/pilots/list.html",
    look_at_own,
    guard=signed_in,
    title="pilots.own",
    here="account",
    tab="pilots",
    vocabulary=vocabulary,
)


def look_at_new(session: Session, request: PortalRequest) -> dict[str, Any]:
    """What it comes of is said behind the question mark, and afterwards by the form."""
    begun = Form({name: [request.query(name)] for name in ("origin", "from")})
    origin, origin_id = origin_of(begun if request.sent is None else request.sent)
    connection, desk = session.connection, session.of(PilotDesk)
    ground = service.get_ground(connection, desk, session.actor, origin, origin_id)
    agencies = service.list_agencies(connection, desk, ground)
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
    made = service.propose(session.connection, session.of(PilotDesk), session.actor, *sent)
    return Onward(f"/pilots/{made}")


Page(
    router,
    "/pilots/new",
    "market/pilots/new.html",
    look_at_new,
    guard=signed_in,
    title="pilots.propose",
    here="marketplace",
    vocabulary=vocabulary,
).post("", read_new, "pilot_proposed", propose)


def look(session: Session, request: PortalRequest, pilot_id: UUID) -> dict[str, Any]:
    """``properties`` are to choose from, for whoever registers."""
    connection, desk, settings = session.connection, session.of(PilotDesk), session.of(PilotSettings)
    pilot, now = service.get_pilot(connection, desk, session.actor, pilot_id), session.now()
    inside, provider = is_inside(session.actor, pilot), is_provider(session.actor, pilot)
    has_words = inside and bool(PILOT.state(pilot.state).reasons)
    may_register = pilot.state in REGISTERING and provider
    offers = service.get_steps(connection, desk, session.actor, pilot_id)
    return {
        "title": pilot.titles.shown(request.language),
        "pilot": pilot,
        "things": things.list_things(connection, desk, pilot),
        "properties": things.list_properties(connection) if may_register else [],
        "steps": steps_of(PILOT, offers, request),
        "step_words": words_in(session, pilot_id) if has_words else {},
        "is_inside": inside,
        "is_provider": provider,
        "is_registering": pilot.state in REGISTERING,
        "broker": settings.broker,
        "topic_of": lambda thing: topic_of(pilot, thing),
        "example_of": lambda thing: example_of(thing, now),
        "is_fresh": lambda one: one.is_fresh(now, settings.fresh_intervals, settings.fresh_seconds),
        "age": lambda one: one.age(now),
        "journey": find_journey(session, Kind.PILOT, pilot_id),
    }


def get_own(session: Session, pilot_id: UUID) -> Pilot:
    return service.get_own_pilot(session.connection, session.of(PilotDesk), session.actor, pilot_id)


def move(session: Session, pilot_id: UUID, event: str, version: int, reason: str | None) -> None:
    desk = session.of(PilotDesk)
    service.move(session.connection, desk, session.actor, pilot_id, event, version, reason)


def register(session: Session, pilot_id: UUID, thing: NewThing) -> None:
    things.register(session.connection, session.of(PilotDesk), session.actor, pilot_id, thing)


def read_datastream(form: Form) -> tuple[str, str, int | None, ResultType]:
    seconds = form.number("interval") if form.text("interval").strip() else None
    try:
        return form.text("thing"), form.text("property"), seconds, ResultType(form.text("result_type"))
    except ValueError as error:
        raise FormUnreadable from error


def add_datastream(session: Session, pilot_id: UUID, sent: tuple[str, str, int | None, ResultType]) -> None:
    things.add_datastream(session.connection, session.of(PilotDesk), session.actor, pilot_id, *sent)


PAGE = Page(
    router,
    "/pilots/{pilot_id}",
    "market/pilots/show.html",
    look,
    guard=anybody,
    object_guard=get_own,
    here="marketplace",
    tab="pilots",
    vocabulary=vocabulary,
)
PAGE.steps(move)
PAGE.post("things", THING, "thing_registered", register)
PAGE.post("datastreams", read_datastream, "datastream_added", add_datastream)
