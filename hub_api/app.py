"""The application: parts put together, nothing decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from casework.workflow.errors import NotConfirmed
from citycore.clock import Clock, system_clock
from citycore.settings import BrokerSettings, DeadLettersSettings, StoreSettings
from citycore.store.connections import NOT_ACCEPTED_TOO
from hub_api.city.air_quality import routes as air_quality
from hub_api.city.alerts import routes as alerts
from hub_api.city.bulk import routes as bulk
from hub_api.city.calendar import routes as calendar
from hub_api.city.datasets import routes as datasets
from hub_api.city.datastreams import routes as datastreams
from hub_api.city.flags import routes as flags
from hub_api.city.forecasts import routes as forecasts
from hub_api.city.ingest import routes as ingest
from hub_api.city.latest import routes as latest
from hub_api.city.ledger import routes as ledger
from hub_api.city.limits import routes as limits
from hub_api.city.nowcasts import routes as nowcasts
from hub_api.city.observations import routes as observations
from hub_api.city.observed_properties import routes as observed_properties
from hub_api.city.places import routes as places
from hub_api.city.presence import routes as presence
from hub_api.city.sources import routes as sources
from hub_api.city.status import routes as status
from hub_api.city.status.service import Board
from hub_api.city.stream import routes as stream
from hub_api.city.stream.service import Live
from hub_api.city.things import routes as things
from hub_api.city.transport import routes as transport
from hub_api.developers.changes import routes as changes
from hub_api.developers.changes.headers import DeprecationMiddleware
from hub_api.developers.changes.model import Change
from hub_api.developers.changes.rules import deprecation_fields, shipped_changes
from hub_api.developers.client_package import routes as client_package
from hub_api.developers.documentation import routes as documentation
from hub_api.developers.guide import routes as guide
from hub_api.operations.admin import registry_routes as registry
from hub_api.operations.admin import routes as admin
from hub_api.operations.admin.service import DeadLetters
from hub_api.operations.health import routes as health
from hub_api.operations.health.figures import Figures
from hub_api.programme import public
from hub_api.programme import routes as portal
from hub_api.programme.contest.challenges.public import linking_challenges
from hub_api.programme.kit.asking.proof import ProofNeeded, ask_proof
from hub_api.programme.kit.asking.question import ask
from hub_api.programme.kit.office import Office, OfficeSettings
from hub_api.programme.kit.suspicions import Teller
from hub_api.programme.kit.trouble import Trouble
from hub_api.programme.outreach.certificates import issuer
from hub_api.programme.participation.open311 import routes as open311
from hub_api.programme.programs import routes as participation
from hub_api.serving.announcements import Announcements
from hub_api.serving.database import Database
from hub_api.serving.hub import Hub
from hub_api.serving.ingest import Ingest
from hub_api.serving.limits.gate import Gate, LimitsMiddleware
from hub_api.serving.metrics import Metrics
from hub_api.serving.operator import routes as about
from hub_api.serving.operator.settings import operator
from hub_api.serving.operator.texts import check_texts
from hub_api.serving.pages import routes as pages
from hub_api.serving.pages.problem import problem_page
from hub_api.serving.paging import Cursors
from hub_api.serving.parameters import REFUSE_REPEATED
from hub_api.serving.problems import install_problems
from hub_api.serving.registry import Registry
from hub_api.serving.transport.access import AccessMiddleware
from hub_api.serving.transport.bandwidth import Bandwidth
from hub_api.serving.transport.coding import CodingMiddleware
from hub_api.serving.transport.direct import DirectMiddleware
from hub_api.serving.transport.hosts import HostMiddleware, Hosts
from hub_api.serving.transport.safety import OpenDataCORSMiddleware, SafetyMiddleware
from hub_api.serving.transport.settings import WatchSettings
from hub_api.serving.transport.watching import Watch
from hub_api.serving.validators import RevalidationMiddleware
from hub_api.settings import ApiSettings
from hub_api.standards import rooms as standards
from hub_api.standards.catalogue.service import Catalogue
from hub_api.standards.gtfs_realtime.service import Feeds
from hub_api.standards.ngsi_ld.service import Entities
from hub_api.standards.ogc.state import Ogc
from hub_api.standards.sensorthings.mqtt.server import Endpoint
from hub_api.standards.sensorthings.repository import Older
from hub_api.standards.sensorthings.writing.observations import Outlet
from hub_api.standards.sensorthings.writing.service import Writing

VERSION = "1.0.0"
ROOMS = (
    things,
    datastreams,
    presence,
    flags,
    observed_properties,
    sources,
    datasets,
    bulk,
    places,
    latest,
    observations,
    forecasts,
    nowcasts,
    air_quality,
    alerts,
    limits,
    calendar,
    transport,
    ledger,
    ingest,
    *public.ROOMS,
    participation,
    stream,
    health,
    status,
    pages,
    about,
    documentation,
    guide,
    client_package,
    changes,
    admin,
    registry,
    issuer,
    open311,
    *standards.ROOMS,
)
EXPOSED_HEADERS = [
    "Link",
    "ETag",
    "Last-Modified",
    "Retry-After",
    "Content-Disposition",
    "Content-Language",
    "Deprecation",
    "Sunset",
    "Content-Length",
    "Content-Range",
    "Accept-Ranges",
    "Repr-Digest",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "NGSILD-Results-Count",
    "NGSILD-Warning",
]


def create_app(  # noqa: PLR0913  # all but settings and store have a default
    settings: ApiSettings,
    store: StoreSettings,
    clock: Clock = system_clock,
    broker: BrokerSettings | None = None,
    letters: DeadLettersSettings | None = None,
    *,
    known_changes: tuple[Change, ...] | None = None,
    office: OfficeSettings | None = None,
) -> FastAPI:
    """The API over the store's read role. Starting it opens the pools, stopping it closes them.

    Administrators' works use the admin role, and the broker for replays.
    """
    database, broker, letters = (
        Database(store, settings),
        broker or BrokerSettings(),
        letters or DeadLettersSettings(),
    )
    app = FastAPI(
        title="Falaj",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[REFUSE_REPEATED],
        lifespan=_lifespan,
    )
    app.state.hub = _hub(settings, store, database, clock)
    app.state.metrics = Metrics(database)
    app.state.figures = Figures(database, app.state.metrics.registry)
    app.state.linking = linking_challenges
    app.state.open_data = settings.innovation
    app.state.air_quality = settings.air_quality
    app.state.forecasts = settings.forecasts
    app.state.transport = settings.transport
    app.state.ogc = Ogc(settings.ogc)
    app.state.gtfs_realtime = Feeds(settings.gtfs_realtime)
    app.state.ngsi_ld = Entities(settings.ngsi_ld)
    app.state.sensorthings = settings.sensorthings
    app.state.sensorthings_older = Older(settings.sensorthings.older_seconds)
    app.state.live = Live(store, settings.stream)
    app.state.announcements = Announcements(store, settings.stream.retry_seconds)
    #: Open connections, by the address of the peer.
    app.state.addresses = Counter()
    #: Those of them that have not said a word yet, the oldest first.
    app.state.silent = {}
    app.state.bandwidth = Bandwidth(settings.upload_bytes_per_second)
    app.state.board = Board(database, app.state.live, clock, settings.status)
    app.state.changes = shipped_changes() if known_changes is None else known_changes
    app.state.gate = Gate(store, settings.limits, lambda: clock().timestamp(), app.state.metrics.count_wait)
    app.state.dead_letters = DeadLetters(store, broker, letters, settings.admin_requests_max)
    app.state.ingest = Ingest(settings)
    app.state.message_bytes_max = broker.message_bytes_max
    app.state.registry = Registry(store, broker, letters)
    app.state.sensorthings_writing = Writing(
        app.state.registry,
        Outlet(app.state.ingest, app.state.registry),
        clock,
        settings.sensorthings_writing,
    )
    app.state.sensorthings_endpoint = Endpoint(
        settings.sensorthings_endpoint, app.state, store, app.state.metrics.registry
    )
    app.state.office = Office(store, office or OfficeSettings(), clock, app.state.metrics, app.state.registry)
    app.router.routes += [portal.branch(), participation.branch()]
    for room in ROOMS:
        app.include_router(room.router)
    app.state.catalogue = Catalogue(settings.catalogue, operator(), app.routes)
    check_texts(operator())
    install_problems(app, Trouble(), standards.SHAPES, problem_page)
    app.add_exception_handler(NotConfirmed, ask)
    app.add_exception_handler(ProofNeeded, ask_proof)
    app.add_middleware(
        DirectMiddleware,
        routes=[route for room in ROOMS for route in room.router.routes],
        handlers=app.exception_handlers,
    )
    app.add_middleware(CodingMiddleware, bytes_min=settings.coding_bytes_min, levels=settings.coding_levels)
    app.add_middleware(
        RevalidationMiddleware,
        announcements=app.state.announcements,
        entries_max=settings.validators_max,
        seconds_max=settings.validator_seconds_max,
    )
    if deprecated := deprecation_fields(app.state.changes):
        app.add_middleware(DeprecationMiddleware, fields=deprecated)
    app.add_middleware(LimitsMiddleware, gate=app.state.gate)
    app.add_middleware(
        HostMiddleware, hosts=Hosts(settings.hosts, app.state.office.settings.people.portal_url)
    )
    app.state.teller, app.state.watch = Teller(app.state.office), Watch(WatchSettings())
    app.add_middleware(
        AccessMiddleware,
        metrics=app.state.metrics,
        watch=app.state.watch,
        tell=app.state.teller,
    )
    app.add_middleware(
        OpenDataCORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "OPTIONS"],
        allow_headers=["*"],
        expose_headers=EXPOSED_HEADERS,
    )
    app.add_middleware(SafetyMiddleware, https_seconds=app.state.office.https_seconds)
    return app


def _hub(settings: ApiSettings, store: StoreSettings, database: Database, clock: Clock) -> Hub:
    cursors = Cursors(settings.cursor_key.get_secret_value().encode())
    of_all = Hub(settings, Database(store, settings, NOT_ACCEPTED_TOO), clock, cursors)
    return Hub(settings, database, clock, cursors, of_all)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    hub: Hub = app.state.hub
    gate: Gate = app.state.gate
    for one in (hub, hub.of_all):
        if one is not None:
            await one.database.open()
    await gate.open()
    app.state.announcements.start()
    await app.state.sensorthings_endpoint.start()
    try:
        yield
    finally:
        await app.state.sensorthings_endpoint.close()
        await app.state.teller.finish()
        await app.state.office.close()
        await app.state.registry.close()
        await app.state.ingest.close()
        await app.state.announcements.close()
        await app.state.live.close()
        await gate.close()
        for one in (hub.of_all, hub):
            if one is not None:
                await one.database.close()
