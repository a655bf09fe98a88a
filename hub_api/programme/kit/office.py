"""What the pages need besides a request: a pool with the portal's rights, and the programme."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import timedelta
from functools import partial
from threading import Lock
from typing import BinaryIO, ParamSpec, TypeVar
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import psycopg
from psycopg_pool import ConnectionPool

from casework.access.model import Actor
from casework.files.errors import FileRefused
from casework.files.scanning import Scanner
from casework.files.settings import FileSettings
from casework.follow_up.settings import FollowUpSettings
from casework.people.oidc.provider import Provider
from casework.people.settings import OidcSettings, PasswordSettings, PeopleSettings, ThrottleSettings
from casework.programme import InSession, Programme, WithProgramme
from casework.second_factor.settings import SecondFactorSettings
from casework.sources.model import Registry as Sources
from casework.tasks.settings import TaskSettings
from casework.workflow.settings import WorkflowSettings
from citycore.clock import Clock
from citycore.settings import BrokerSettings, DeadLettersSettings, SignInSettings, StoreSettings
from citycore.store.connections import Connection, full_url, unavailable
from hackathon.contest.submissions.settings import SubmissionSettings
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.awards.settings import AwardSettings
from hackathon.funding.reviewing.errors import FileNotPassed
from hackathon.funding.reviewing.settings import ReviewingSettings
from hackathon.market.responses.settings import ResponseSettings
from hackathon.market.vendors.settings import VendorSettings
from hackathon.outreach.activities.settings import ActivitySettings
from hackathon.outreach.certificates.settings import CertificateSettings
from hub_api.programme.kit.settings import PortalSettings
from hub_api.programme.programs.settings import ParticipationSettings
from hub_api.serving.errors import QueryTooLong
from hub_api.serving.metrics import Metrics
from hub_api.serving.registry import Registry
from programme.registry import NOUNS, open_programme

Outcome = TypeVar("Outcome")
Given = ParamSpec("Given")
MOUNT = "/portal"


@dataclass(frozen=True, slots=True)
class OfficeSettings:
    """What pages ask of settings without a session; services have those of their nouns from the programme."""

    portal: PortalSettings = field(default_factory=PortalSettings)
    files: FileSettings = field(default_factory=FileSettings)
    follow_up: FollowUpSettings = field(default_factory=FollowUpSettings)
    people: PeopleSettings = field(default_factory=PeopleSettings)
    throttle: ThrottleSettings = field(default_factory=ThrottleSettings)
    passwords: PasswordSettings = field(default_factory=PasswordSettings)
    oidc: OidcSettings = field(default_factory=OidcSettings)
    sign_in: SignInSettings = field(default_factory=SignInSettings)
    applications: ApplicationSettings = field(default_factory=ApplicationSettings)
    submissions: SubmissionSettings = field(default_factory=SubmissionSettings)
    reviewing: ReviewingSettings = field(default_factory=ReviewingSettings)
    activities: ActivitySettings = field(default_factory=ActivitySettings)
    awards: AwardSettings = field(default_factory=AwardSettings)
    certificates: CertificateSettings = field(default_factory=CertificateSettings)
    vendors: VendorSettings = field(default_factory=VendorSettings)
    responses: ResponseSettings = field(default_factory=ResponseSettings)
    tasks: TaskSettings = field(default_factory=TaskSettings)
    participation: ParticipationSettings = field(default_factory=ParticipationSettings)
    second_factor: SecondFactorSettings = field(default_factory=SecondFactorSettings)
    workflow: WorkflowSettings = field(default_factory=WorkflowSettings)


class Office:
    """One per application. Its pool opens when the first page needs it: most processes of tests never do."""

    def __init__(
        self,
        store: StoreSettings,
        settings: OfficeSettings,
        clock: Clock,
        metrics: Metrics | None = None,
        registry: Registry | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.registry = registry or Registry(store, BrokerSettings(), DeadLettersSettings())
        reached = Sources(self.registry.connection, self.registry.broker, self.registry.letters)
        parts = [reached, *(getattr(settings, one.name) for one in fields(settings))]
        self.programme = open_programme(self._connection, clock, parts)
        for limits in NOUNS.limits:  # what is set wrong keeps the hub from starting
            self.programme.of(limits)
        if settings.second_factor.by_provider_only and settings.oidc.issuer is None:
            raise ValueError(
                "FALAJ_SECOND_FACTOR_BY_PROVIDER_ONLY needs a sign-in service: set FALAJ_OIDC_ISSUER"
            )
        self._store = store
        self._metrics = metrics
        self._pool: ConnectionPool[Connection] | None = None
        self._provider: Provider | None = None
        self._opening = Lock()
        self._closing = contextlib.ExitStack()
        self._limiter: anyio.CapacityLimiter | None = None
        self._papers: anyio.CapacityLimiter | None = None
        self._reading: anyio.CapacityLimiter | None = None
        self._hashing: anyio.CapacityLimiter | None = None
        self._scanning: anyio.CapacityLimiter | None = None
        self.scanner = Scanner(settings.files)

    @property
    def is_secure(self) -> bool:
        """Whether people reach the portal by https; cookies then say so."""
        return urlsplit(self.settings.people.portal_url).scheme == "https"

    @property
    def https_seconds(self) -> int:
        """For how long browsers come by https only; 0 where that is not known of us."""
        return int(timedelta(days=self.settings.portal.https_days).total_seconds()) if self.is_secure else 0

    @property
    def url(self) -> str:
        """Where people reach the portal, without a slash at the end."""
        return self.settings.people.portal_url.rstrip("/")

    async def act(
        self, actor: Actor, service: InSession[Given, Outcome], /, *given: Given.args, **named: Given.kwargs
    ) -> Outcome:
        """Call a service for somebody in one transaction, in a thread with a connection of the portal's role."""
        return await self.run(lambda programme: programme.call(actor, service, *given, **named))

    async def look(
        self, actor: Actor, service: InSession[Given, Outcome], /, *given: Given.args, **named: Given.kwargs
    ) -> Outcome:
        """The same, reading everything as of one moment."""

        def at_one_moment(programme: Programme) -> Outcome:
            with programme.session(actor, is_look=True) as session:
                return service(session, *given, **named)

        return await self.run(at_one_moment)

    async def run(
        self, service: WithProgramme[Given, Outcome], /, *given: Given.args, **named: Given.kwargs
    ) -> Outcome:
        """Call a service that opens its own transactions, likewise."""
        if self._limiter is None:  # it belongs to a running event loop
            self._limiter = anyio.CapacityLimiter(self.settings.portal.requests_max)
        work = partial(service, self.programme, *given, **named)
        return await anyio.to_thread.run_sync(work, limiter=self._limiter)

    async def lay_out(self, paper: Callable[[], bytes]) -> bytes:
        """Make a paper in a thread: it takes long, and needs no connection."""
        if self._papers is None:
            self._papers = anyio.CapacityLimiter(self.settings.certificates.papers_max)
        return await anyio.to_thread.run_sync(paper, limiter=self._papers)

    async def read(self, reading: Callable[[], Outcome]) -> Outcome:
        """Read somebody's file in a thread: it takes long, needs no connection, and keeps nobody else waiting."""
        if self._reading is None:
            self._reading = anyio.CapacityLimiter(self.settings.files.at_once_max)
        try:
            return await anyio.to_thread.run_sync(reading, limiter=self._reading)
        except (FileRefused, FileNotPassed) as refused:
            if self._metrics is not None:
                self._metrics.count_file(refused.code)
            raise

    async def scan(self, source: BinaryIO | bytes, name: str) -> bool:
        """Have somebody's file scanned in a thread, without a connection or a place of those who read: whether it was."""
        if not self.scanner.is_set:
            return False
        if self._scanning is None:
            self._scanning = anyio.CapacityLimiter(self.settings.files.scans_at_once_max)
        try:
            return await anyio.to_thread.run_sync(self.scanner.look, source, name, limiter=self._scanning)
        except FileRefused as refused:
            if self._metrics is not None:
                self._metrics.count_file(refused.code)
            raise

    async def hash(
        self, hashing: WithProgramme[Given, Outcome], /, *given: Given.args, **named: Given.kwargs
    ) -> Outcome:
        """Make or compare the hash of a password in a thread: it takes a core for a while, and no connection."""
        if self._hashing is None:
            self._hashing = anyio.CapacityLimiter(self.settings.passwords.hashes_at_once_max)
        work = partial(hashing, self.programme, *given, **named)
        return await anyio.to_thread.run_sync(work, limiter=self._hashing)

    @property
    def files_waiting(self) -> int:
        """Files that wait to be read."""
        return 0 if self._reading is None else self._reading.statistics().tasks_waiting

    @property
    def hashes_waiting(self) -> int:
        """Passwords that wait to be compared or hashed."""
        return 0 if self._hashing is None else self._hashing.statistics().tasks_waiting

    def provider(self) -> Provider | None:
        """The sign-in service, if there is one."""
        import httpx

        if self.settings.oidc.issuer is None:
            return None
        with self._opening:
            if self._provider is None:
                client = httpx.Client(timeout=self.settings.oidc.timeout_seconds)
                self._closing.callback(client.close)
                self._provider = Provider(self.settings.oidc, client, self.clock)
            return self._provider

    async def close(self) -> None:
        await anyio.to_thread.run_sync(self._closing.close)

    @contextlib.contextmanager
    def _connection(self) -> Iterator[Connection]:
        try:
            with self._opened().connection() as connection:
                yield connection
        except psycopg.errors.QueryCanceled as error:
            raise QueryTooLong from error
        except psycopg.OperationalError as error:
            raise unavailable(self._store.portal_url, error) from error

    def _opened(self) -> ConnectionPool[Connection]:
        with self._opening:
            if self._pool is None:
                self._pool = ConnectionPool(
                    full_url(self._store.portal_url, self._store, "falaj-portal"),
                    min_size=0,
                    max_size=self.settings.portal.requests_max,
                    timeout=self._store.pool_wait_seconds_max,
                    kwargs={"autocommit": True},
                    check=ConnectionPool.check_connection,
                    open=True,
                )
                self._closing.callback(self._pool.close)
            return self._pool
