"""``/open311/v2``: problems of public places, and ``/open311/discovery`` for programs that look for such a hub.

Reading needs no key. Writing needs one that operators give out, and is counted as reports on the web are.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import asdict
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from casework.access.model import ANONYMOUS
from casework.follow_up.rules import read_number
from casework.people.limits import case_bounds
from casework.people.model import Visitor
from casework.people.throttle.service import count_attempt
from casework.workflow.errors import NoSuchObject
from citycore.errors import FalajError, Kind
from citycore.store.queries import load_queries
from hub_api.programme.kit.forms import read_form
from hub_api.programme.kit.office import MOUNT, Office
from hub_api.programme.participation.open311.answers import FORMATS, Asked, answer
from hub_api.programme.participation.open311.errors import (
    ServiceKeyRequired,
    ServiceRequestUnknown,
    code_of,
)
from hub_api.programme.participation.open311.model import (
    Problem,
    definition_of,
    request_of,
    rows_of,
    service_of,
    text,
)
from hub_api.programme.participation.open311.problems import SERVICES, Limits, list_agencies, submit
from hub_api.programme.participation.open311.reading import (
    Wanted,
    read_report,
    read_service,
    read_wanted,
    require_jurisdiction,
)
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.limits.gate import Gate, refusal
from hub_api.serving.texts import language_of

QUERIES = load_queries("hub_api.programme.participation.open311")
SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
#: When what stands here last changed its form.
CHANGESET: Final = "2026-11-27T00:00:00+04:00"


class GeoReportRoute(APIRoute):
    """Says what is wrong in the shape that the specification has for it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await handle(request)
            except FalajError as error:
                language, code = language_of(request), code_of(error)
                content: list[dict[str, Any]] = [{"code": code, "description": error.text(language)}]
                sent = answer(content, Asked(format_of(request), "errors"), code, language)
                if error.kind is Kind.UNAVAILABLE:
                    sent.headers["Retry-After"] = "30"
                return sent

        return answered


router = APIRouter(prefix="/open311", include_in_schema=False, route_class=GeoReportRoute)


def format_of(request: Request) -> str:
    """By the end of the path; JSON where it has none."""
    ending = request.url.path.rpartition(".")[2]
    return ending if ending in FORMATS else "json"


def bare(name: str) -> str:
    """Without the format at its end."""
    stem, _, ending = name.rpartition(".")
    return stem if ending in FORMATS else name


def settings_of(request: Request) -> Limits:
    office: Office = request.app.state.office
    settings = office.programme.of(Limits)
    require_jurisdiction(request.query_params.get("jurisdiction_id", ""), settings)
    return settings


def send(request: Request, content: Any, root: str) -> Response:
    return answer(content, Asked(format_of(request), root), language=language_of(request))


@router.get("/discovery.json")
@router.get("/discovery.xml")
async def discover(request: Request) -> Response:
    office: Office = request.app.state.office
    language = language_of(request)
    site = office.url.removesuffix(MOUNT)
    content = {
        "changeset": CHANGESET,
        "contact": text("contact", language, url=f"{office.url}/voices"),
        "key_service": text("key_service", language),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{site}/open311/v2",
                "changeset": CHANGESET,
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }
    return send(request, content, "discovery")


@router.get("/v2/services")
@router.get("/v2/services.json")
@router.get("/v2/services.xml")
async def list_services(request: Request) -> Response:
    settings_of(request)
    return send(request, [service_of(one, language_of(request)) for one in SERVICES], "services")


@router.get("/v2/services/{code}")
async def define_service(request: Request, code: str) -> Response:
    settings_of(request)
    office: Office = request.app.state.office
    known = read_service(bare(code))
    agencies = await office.look(ANONYMOUS, list_agencies)
    return send(request, definition_of(known, agencies, language_of(request)), "service_definition")


@router.get("/v2/requests")
@router.get("/v2/requests.json")
@router.get("/v2/requests.xml")
async def list_requests(request: Request, hub: HubHere) -> Response:
    wanted = read_wanted(request.query_params, hub.clock(), settings_of(request))
    return send_requests(request, await find(hub, wanted))


@router.get("/v2/requests/{name}")
async def send_request(request: Request, hub: HubHere, name: str) -> Response:
    sent = {"service_request_id": bare(name)}
    wanted = read_wanted(sent, hub.clock(), settings_of(request))
    found = [] if read_number(bare(name)) is None else await find(hub, wanted)
    if not found:
        raise ServiceRequestUnknown(service_request_id=bare(name)[:60])
    return send_requests(request, found)


@router.post("/v2/requests")
@router.post("/v2/requests.json")
@router.post("/v2/requests.xml")
async def take_report(request: Request) -> Response:
    """The number, and in the notice the code with which whoever reported it follows it: told now and never again."""
    office: Office = request.app.state.office
    sent = dict(request.query_params)
    sent |= {
        name: said[0] for name, said in (await read_form(request, office.settings.portal)).fields.items()
    }
    settings = office.programme.of(Limits)
    require_jurisdiction(sent.get("jurisdiction_id", ""), settings)
    client = (request.scope.get("client") or ("",))[0]
    await require_key(request.app.state.gate, sent.get("api_key", ""), client)
    language = language_of(request)
    report = read_report(sent, language, settings)
    visitor = Visitor(client, request.headers.get("user-agent", ""))
    await office.run(lambda programme: count_attempt(programme, case_bounds(programme, visitor)))
    taken = await office.act(ANONYMOUS, submit, report)
    notice = text("notice", language, code=taken.issued.code, url=f"{office.url}/follow")
    content = [{"service_request_id": taken.issued.number, "service_notice": notice, "account_id": None}]
    return send(request, content, "service_requests")


@router.api_route("/{rest:path}", methods=["GET", "POST"])
async def refuse() -> Response:
    raise NoSuchObject


async def require_key(gate: Gate, key: str, host: str) -> None:
    """:class:`ServiceKeyRequired` without a valid key; each report counts against it, and each wrong one as a guess."""
    if not key:
        raise ServiceKeyRequired
    try:
        _, standings = await gate.admit(key, host)
    except FalajError as error:
        if error.kind is Kind.NOT_SIGNED_IN:
            raise ServiceKeyRequired from error
        raise
    if standings and not standings[-1].is_allowed:
        raise refusal(standings)


async def find(hub: Hub, wanted: Wanted) -> list[Problem]:
    query = QUERIES["problems" if wanted.numbers is None else "numbered"]
    return rows_of(await hub.database.fetch(query, asdict(wanted)))


def send_requests(request: Request, found: list[Problem]) -> Response:
    return send(request, [request_of(one, language_of(request)) for one in found], "service_requests")
