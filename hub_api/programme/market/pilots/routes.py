"""``/portal/pilots``: what is tried on live data, its things, and where they publish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.market.journeys.model import Kind
from hackathon.market.pilots import service, things
from hackathon.market.pilots.machine import PILOT, REGISTERING
from hackathon.market.pilots.model import Ground, Origin, Pilot, Property, ResultType, Thing
from hackathon.market.pilots.rules import example_of, is_inside, is_provider, topic_of
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of, words_about
from hub_api.programme.market.journeys.words import journey_of
from hub_api.programme.market.pilots.words import plan_of, thing_of, vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)


class Shown(NamedTuple):
    """``properties`` are to choose from, for whoever registers."""

    pilot: Pilot
    things: list[Thing]
    steps: list[Step]
    properties: list[Property]


@router.get("/pilots")
async def show_list(request: CurrentRequest, after: UUID | None = None) -> Response:
    found, onward = await request.do(
        lambda connection: service.list_public(connection, request.office.pilots, after)
    )
    return _list_page(request, found, onward, "pilots.title", "marketplace")


@router.get("/account/pilots")
async def show_own(request: CurrentRequest, after: UUID | None = None) -> Response:
    _ = request.person
    found, onward = await request.do(
        lambda connection: service.list_own(connection, request.office.pilots, request.actor, after)
    )
    return _list_page(request, found, onward, "pilots.own", "account")


@router.get("/pilots/new")
async def show_new(request: CurrentRequest) -> Response:
    _ = request.person
    query = request.http.query_params
    return await _new_page(request, Form({name: [query.get(name, "")] for name in ("origin", "from")}))


@router.post("/pilots/new")
async def propose(request: CurrentRequest) -> Response:
    _, form = request.person, await request.form()
    origin, origin_id = _origin(form), form.id("from")
    agency_id = form.id("agency") if form.text("agency") else None

    def work(connection: Connection) -> UUID:
        return service.propose(
            connection, request.office.pilots, request.actor, origin, origin_id, plan_of(form), agency_id
        )

    try:
        made = await request.do(work)
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _new_page(request, form, error)
    return request.go(f"/pilots/{made}", "pilot_proposed")


@router.get("/pilots/{pilot_id}")
async def show_pilot(request: CurrentRequest, pilot_id: UUID) -> Response:
    return await _page(request, pilot_id, Form())


@router.post("/pilots/{pilot_id}/step")
async def take_step(request: CurrentRequest, pilot_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version, event = form.number("version"), form.text("event")

    def work(connection: Connection) -> None:
        desk = request.office.pilots
        service.get_own_pilot(connection, desk, request.actor, pilot_id)
        service.move(connection, desk, request.actor, pilot_id, event, version, form.optional("reason"))

    return await _attempt(request, pilot_id, form, work, "step_taken")


@router.post("/pilots/{pilot_id}/things")
async def register(request: CurrentRequest, pilot_id: UUID) -> Response:
    _, form = request.person, await request.form()
    thing = thing_of(form)

    def work(connection: Connection) -> None:
        service.get_own_pilot(connection, request.office.pilots, request.actor, pilot_id)
        things.register(connection, request.office.pilots, request.actor, pilot_id, thing)

    return await _attempt(request, pilot_id, form, work, "thing_registered")


@router.post("/pilots/{pilot_id}/datastreams")
async def add_datastream(request: CurrentRequest, pilot_id: UUID) -> Response:
    _, form = request.person, await request.form()
    seconds = form.number("interval") if form.text("interval").strip() else None
    try:
        result_type = ResultType(form.text("result_type"))
    except ValueError as error:
        raise FormUnreadable from error

    def work(connection: Connection) -> None:
        service.get_own_pilot(connection, request.office.pilots, request.actor, pilot_id)
        things.add_datastream(
            connection,
            request.office.pilots,
            request.actor,
            pilot_id,
            form.text("thing"),
            form.text("property"),
            seconds,
            result_type,
        )

    return await _attempt(request, pilot_id, form, work, "datastream_added")


def _origin(form: Form) -> Origin:
    try:
        return Origin(form.text("origin"))
    except ValueError as error:
        raise FormUnreadable from error


async def _attempt(
    request: PortalRequest, pilot_id: UUID, form: Form, work: Callable[[Connection], None], notice: str
) -> Response:
    try:
        await request.do(work)
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _page(request, pilot_id, form, error)
    return request.go(f"/pilots/{pilot_id}", notice)


def _list_page(
    request: PortalRequest, found: list[Pilot], onward: UUID | None, title: str, here: str
) -> Response:
    return render_page(
        request,
        "market/pilots/list.html",
        title=WORDS.text(title, request.language),
        here=here,
        tab="pilots",
        pilots=found,
        onward=onward,
        **vocabulary(request),
    )


async def _new_page(request: PortalRequest, form: Form, refused: FalajError | None = None) -> Response:
    origin, origin_id, desk = _origin(form), form.id("from"), request.office.pilots

    def work(connection: Connection) -> tuple[Ground, list[tuple[str, str]]]:
        ground = service.get_ground(connection, desk, request.actor, origin, origin_id)
        agencies = service.list_agencies(connection, desk, ground)
        return ground, [(str(one), names.shown(request.language)) for one, names in agencies]

    ground, agencies = await request.do(work)
    return render_page(
        request,
        "market/pilots/new.html",
        title=WORDS.text("pilots.propose", request.language),
        here="marketplace",
        refused=refused,
        form=form,
        ground=ground,
        agencies=agencies,
        **vocabulary(request),
    )


async def _page(
    request: PortalRequest, pilot_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    shown = await request.do(lambda connection: _look(connection, request, pilot_id))
    pilot, now, settings = shown.pilot, request.office.clock(), request.office.settings.pilots
    values: dict[str, Any] = {
        "topic_of": lambda thing: topic_of(pilot, thing),
        "example_of": lambda thing: example_of(thing, now),
        "is_fresh": lambda one: one.is_fresh(now, settings.fresh_intervals, settings.fresh_seconds),
        "age": lambda one: one.age(now),
        **shown._asdict(),
        **vocabulary(request),
    }
    return render_page(
        request,
        "market/pilots/show.html",
        step_words=await words_about(request, PILOT, {pilot_id: pilot.state})
        if is_inside(request.actor, pilot)
        else {},
        title=pilot.titles.shown(request.language),
        here="marketplace",
        tab="pilots",
        refused=refused,
        form=form,
        is_inside=is_inside(request.actor, pilot),
        broker=settings.broker,
        is_registering=pilot.state in REGISTERING,
        is_provider=is_provider(request.actor, pilot),
        journey=await journey_of(request, Kind.PILOT, pilot_id),
        **values,
    )


def _look(connection: Connection, request: PortalRequest, pilot_id: UUID) -> Shown:
    desk = request.office.pilots
    pilot = service.get_pilot(connection, desk, request.actor, pilot_id)
    offers = service.get_steps(connection, desk, request.actor, pilot_id)
    may_register = pilot.state in REGISTERING and is_provider(request.actor, pilot)
    return Shown(
        pilot,
        things.list_things(connection, desk, pilot),
        steps_of(PILOT, offers, request),
        things.list_properties(connection) if may_register else [],
    )
