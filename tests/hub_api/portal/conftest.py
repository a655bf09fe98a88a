"""The portal over a city, and browsers of people who have signed up in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv4Network
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import Response

from casework.access.model import HUB, SYSTEM, Grant, Role, Scope
from casework.follow_up.settings import FollowUpSettings
from casework.people.model import Names, Visitor
from casework.people.roles.service import grant
from casework.people.sessions.model import NewSession
from casework.people.settings import PasswordSettings, PeopleSettings, ThrottleSettings
from casework.second_factor.settings import SecondFactorSettings
from citycore.language import LANGUAGES, Language
from citycore.store.connections import Connection
from hackathon.contest.submissions.settings import SubmissionSettings
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.awards.settings import AwardSettings
from hackathon.funding.reviewing.settings import ReviewingSettings
from hackathon.market.vendors.settings import VendorSettings
from hackathon.outreach.activities.settings import ActivitySettings
from hackathon.outreach.certificates.settings import CertificateSettings
from hub_api.app import create_app
from hub_api.programme.kit import trouble
from hub_api.programme.kit.office import Office, OfficeSettings
from hub_api.serving.limits.settings import LimitSettings
from hub_api.settings import ApiSettings
from tests.conftest import open_database
from tests.hackathon.people.entering import finish_sign_up, sign_up
from tests.hub_api.conftest import NOW, City, open_city, serving
from tests.hub_api.portal.policies import hold
from tests.hub_api.turns import Turns

PASSWORD = "date palms by the falaj"
#: Where they all are, who read the figures of the hub too.
BROWSERS = (IPv4Network("10.9.0.0/16"),)
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
#: What the page has that asks whether somebody means what cannot be taken back.
QUESTION = 'class="form question"'
#: And the one that asks who it is, once more.
PROOF = 'class="form proof"'
_numbers = count(1)


@dataclass
class Watch:
    """A clock that stands until it is moved."""

    at: datetime = field(default_factory=lambda: NOW)

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **span: float) -> None:
        self.at += timedelta(**span)


class Browser:
    """Somebody's browser: cookies, and forms that carry what their page gave them."""

    def __init__(self, portal: Portal, language: str = "en") -> None:
        self._portal = portal
        self._tokens: dict[str | None, str] = {}
        self.host = f"10.9.{next(_numbers) % 250}.7"
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(portal.app, client=(self.host, 4000)),
            base_url="http://hub.test", headers={"Accept-Language": language},
        )  # fmt: skip

    def get(self, path: str, **options: Any) -> httpx.Response:
        answer: httpx.Response = self._portal.run(self.client.get(f"/portal{path}", **options))
        hold(answer)
        session = self._session
        if session is not None and session not in self._tokens and (found := TOKEN.search(answer.text)):
            self._tokens[session] = found.group(1)
        return answer

    def send(self, path: str, fields: dict[str, Any] | None = None, **options: Any) -> httpx.Response:
        """As a page's form sends it, and the answer to the question where one is asked first."""
        if path.partition("?")[0].endswith("/step"):
            fields = {"step_words": "Because it is so.", **(fields or {})}
        answer = self.send_once(path, fields, **options)
        if PROOF in answer.text:
            fields = {**(fields or {}), "proof": PASSWORD, "proving": "1"}
            answer = self.send_once(path, fields, **options)
        if QUESTION in answer.text:
            return self.send_once(path, {**(fields or {}), "sure": "1"}, **options)
        return answer

    def send_once(self, path: str, fields: dict[str, Any] | None = None, **options: Any) -> httpx.Response:
        """A form alone; ``form_token`` is taken from the page of signing in where there is no other."""
        data = {"form_token": self.form_token(), **(fields or {})}
        answer: httpx.Response = self._portal.run(self.client.post(f"/portal{path}", data=data, **options))
        hold(answer)
        return answer

    def form_token(self) -> str:
        """As pages give it to this browser; it stays while the session does."""
        session = self._session
        if session is None or session not in self._tokens:
            self._tokens[session] = self._read_token()
        return self._tokens[session]

    def begin_as(self, other: Browser) -> None:
        """With the cookies and the token of forms that another was given."""
        self.client.cookies.update(other.client.cookies)
        self._tokens |= other._tokens

    def keep(self, session: NewSession) -> None:
        """Somebody is signed in here from now on."""
        self.client.cookies.set("falaj_session", session.token, domain="hub.test", path="/")

    @property
    def _session(self) -> str | None:
        return self.client.cookies.get("falaj_session")

    def _read_token(self) -> str:
        found = None if self._session is None else TOKEN.search(self.get("/account").text)
        found = found or TOKEN.search(self.get("/account/sign-in").text)
        assert found is not None
        return found.group(1)


@dataclass
class Portal:
    """The application, a connection with the portal's rights, and the people in it."""

    app: Any
    city: City
    store: Connection
    watch: Watch
    runner: Turns
    browsers: list[Browser] = field(default_factory=list)
    people: dict[int, Any] = field(default_factory=dict)

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    @property
    def office(self) -> Office:
        office: Office = self.app.state.office
        return office

    def browser(self, language: str = "en") -> Browser:
        browser = Browser(self, language)
        self.browsers.append(browser)
        return browser

    def address(self, name: str = "salma", domain: str = "baladiya.example") -> str:
        return f"{name}.{next(_numbers)}@{domain}"

    def mails(self, email: str) -> list[tuple[str, dict[str, Any]]]:
        rows = self.store.execute(
            "SELECT template, fields FROM innovation.outbox WHERE recipient = %s ORDER BY created_at, template", [email]
        ).fetchall()  # fmt: skip
        return [(template.rpartition("/")[2], fields) for template, fields in rows]

    def token(self, email: str, template: str) -> str:
        links = [fields["link"] for name, fields in self.mails(email) if name == template]
        return str(links[-1]).rpartition("token=")[2]

    def join(
        self, name: str = "salma", language: Language = "en", domain: str = "baladiya.example"
    ) -> Somebody:
        """Somebody with an account, signed in; whose addresses share a domain are taken for colleagues.

        As the pages do it, but without them: they have tests of their own (``test_account.py``).
        """
        browser, email = self.browser(language), self.address(name, domain)
        names, visitor = Names("سلمى الحارثية", f"{name.title()} Al Harthy"), Visitor(browser.host, "httpx")
        programme = self.office.programme
        sign_up(programme, email, names, language, visitor)
        browser.keep(finish_sign_up(programme, self.token(email, "confirm"), PASSWORD, visitor))
        row = self.store.execute(
            "SELECT person_id FROM innovation.people WHERE email = %s", [email]
        ).fetchone()
        assert row is not None
        return Somebody(browser, email, row[0])

    def appoint(self, role: Role, scope: Scope = HUB, name: str = "staff") -> Somebody:
        somebody = self.join(name)
        self.appoint_too(somebody, role, scope)
        return somebody

    def appoint_too(self, somebody: Somebody, role: Role, scope: Scope) -> None:
        """One role more."""
        self.office.programme.call(SYSTEM, grant, somebody.person_id, Grant(role, scope))


@dataclass
class Somebody:
    browser: Browser
    email: str
    person_id: Any

    @property
    def names(self) -> Names:
        return Names("سلمى الحارثية", "Salma Al Harthy")


def office_settings(portal_url: str = "http://hub.test/portal", folder: Path | None = None) -> OfficeSettings:
    """Weak hashing, which is quick, and room for the many attempts of a test; files and keys below ``folder``."""
    names = (
        "applications",
        "awards",
        "certificates",
        "evidence",
        "follow_up",
        "reviewing",
        "submissions",
        "vendors",
    )
    folders = {name: folder and folder / name for name in names}
    return OfficeSettings(
        people=PeopleSettings(portal_url=portal_url),
        applications=ApplicationSettings(folder=folders["applications"]),
        submissions=SubmissionSettings(folder=folders["submissions"]),
        awards=AwardSettings(folder=folders["awards"]),
        follow_up=FollowUpSettings(folder=folders["follow_up"]),
        reviewing=ReviewingSettings(folder=folders["reviewing"]),
        activities=ActivitySettings(folder=folders["evidence"]),
        certificates=CertificateSettings(folder=folders["certificates"]),
        vendors=VendorSettings(folder=folders["vendors"]),
        passwords=PasswordSettings(memory_kib=64, passes=1),
        # Whose roles ask for one is tried by tests of their own (`test_second_factor.py`).
        second_factor=SecondFactorSettings(duties=frozenset()),
        throttle=ThrottleSettings(
            mails_per_account=100,
            mails_per_network=1_000,
            own_mails_per_account_and_network=100,
            own_mails_per_account=100,
            exports_per_account=100,
        ),
    )


@pytest.fixture(scope="module")
def browsers(request: pytest.FixtureRequest, is_long: bool) -> Iterator[Any]:
    """At which plays are played: browsers that draw nothing, or where there is time a real one."""
    from tests.hub_api.portal.reader import Readers

    browsers = request.getfixturevalue("chromium") if is_long else Readers()
    yield browsers
    browsers.close()


@pytest.fixture(scope="module")
def house(
    postgres: Any, tmp_path_factory: pytest.TempPathFactory, browsers: Any, looker: Any
) -> Iterator[Any]:
    """The portal by the real clock, on a port of this machine."""
    from tests.hub_api.portal.stand import open_house

    folder = tmp_path_factory.mktemp("house")
    with open_database(postgres) as database, open_house(database, folder, browsers, looker) as house:
        yield house


@pytest.fixture(scope="module")
def stand(
    postgres: Any, tmp_path_factory: pytest.TempPathFactory, browsers: Any, looker: Any
) -> Iterator[Any]:
    """The portal by a clock that is moved, likewise."""
    from tests.hub_api.portal.stand import open_stand

    folder = tmp_path_factory.mktemp("stand")
    with open_database(postgres) as database, open_stand(database, folder, browsers, looker) as stand:
        yield stand


@pytest.fixture(scope="session")
def story(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The story of the demo, to be cloned; tests that begin with it stay in one process (``tests/conftest.py``)."""
    from tests.hub_api.portal.story import tell_once

    return tell_once(postgres, tmp_path_factory.mktemp("story"))


@pytest.fixture(scope="module", params=LANGUAGES)
def demo(
    postgres: Any,
    story: Any,
    tmp_path_factory: pytest.TempPathFactory,
    browsers: Any,
    request: pytest.FixtureRequest,
) -> Iterator[Any]:
    """The hub of a demo on a port of this machine, read in one language after the other."""
    from tests.hub_api.portal.journeys import Demo
    from tests.hub_api.portal.stand import open_demo
    from tests.hub_api.portal.story import open_story

    folder = tmp_path_factory.mktemp("demo")
    with open_story(postgres, story, folder / "files") as city, open_demo(city, folder, browsers) as found:
        yield Demo(*found, request.param)


@pytest.fixture(scope="module")
def portal(postgres: Any, city_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with (
        open_city(postgres, city_template) as city,
        open_portal(city, tmp_path_factory.mktemp("portal")) as portal,
    ):
        yield portal


@pytest.fixture(scope="module")
def newcomer(portal: Portal) -> Browser:
    """Somebody's without an account who has seen a page with a form."""
    browser = portal.browser()
    browser.form_token()
    return browser


@pytest.fixture
def bare_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stays out is told so by the status. What else such a page says has tests of its own, and is most of the work of many."""
    monkeypatch.setattr(trouble, "render_page", lambda *_, status, **__: Response(status_code=status))


@contextmanager
def open_portal(city: City, folder: Path) -> Iterator[Portal]:
    with (
        Turns() as runner,
        city.database.connect("portal") as store,
        pytest.MonkeyPatch.context() as environment,
    ):
        watch, settings = Watch(), office_settings(folder=folder)
        # Who collects a person's files is told no settings, and reads them where they lie for a hub.
        environment.setenv("FALAJ_DATA", str(folder))
        # In the one minute of a clock that stands, somebody asks for every page there is, and is not kept waiting for it.
        often = LimitSettings(anonymous_requests_per_minute=10_000, anonymous_burst=10_000)
        app = create_app(
            ApiSettings(limits=often, metrics_networks=BROWSERS, upload_bytes_per_second=1e9),
            city.database.settings(),
            watch,
            office=settings,
        )
        context = serving(app)
        runner.run(context.__aenter__())
        portal = Portal(app, city, store, watch, runner)
        yield portal
        for browser in portal.browsers:
            runner.run(browser.client.aclose())
        runner.run(context.__aexit__(None, None, None))
