"""The portal served on this machine, for those who read its pages or look at them: by the real clock, or by one
that the test moves, for plays that take months.
"""

from __future__ import annotations

import email
import email.policy
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import uvicorn

from casework.access.model import SYSTEM, Grant
from casework.counting.wanted import count_due
from casework.outbox.sending import send_due
from casework.outbox.transports import Folder
from casework.people.roles.service import grant
from casework.second_factor.settings import SecondFactorSettings
from citycore.clock import Clock, system_clock
from citycore.language import Language
from hub_api.app import create_app
from hub_api.programme.kit.office import Office
from hub_api.settings import ApiSettings
from stack.fiction.sign_in import SignIn, read_sign_in
from stack.ports import LOOPBACK, free_port
from stack.waiting import wait_until
from stack.worker.programme import ProgrammeJobs
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hub_api.conftest import City, seeded_city
from tests.hub_api.portal.conftest import PASSWORD, Watch, office_settings
from tests.hub_api.portal.looks import DESK, Looker, both


@dataclass
class Player:
    """Somebody at a browser of their own, without scripts."""

    stand: Stand
    email: str
    language: Language
    window: Any
    #: How often the clock had been moved when they signed in.
    signed_in_after: int = 0

    @property
    def page(self) -> Any:
        """What they look at. No session lives as long as a play: who comes back later signs in again."""
        if self.signed_in_after != self.stand.moves:
            self.sign_in()
        return self.window

    @property
    def path(self) -> str:
        """Where they are, without the mount and what follows a question mark."""
        return str(self.page.url).partition("/portal")[2].partition("?")[0]

    def look(self, *paths: str) -> None:
        """That pages shut nobody out, in both languages, wide and narrow, as the player sees them."""
        for path in paths:
            for language in both(self.language):
                self.stand.look(language, path, cookies=self.page.context.cookies())

    def see(self, *paths: str) -> None:
        """The same in the player's language only."""
        self.stand.look(self.language, *paths, cookies=self.page.context.cookies())

    def look_here(self) -> None:
        """Of what is in front of the player now, such as what is shown once."""
        self.stand.look_at(self.page, self.language)

    def save(self, place: Any) -> bytes:
        """The file that a link leads to."""
        with self.page.expect_download() as saving:
            place.click()
        return Path(saving.value.path()).read_bytes()

    def go(self, path: str) -> None:
        """A page of the portal, which must be there."""
        answer = self.page.goto(f"{self.stand.url}/portal{path}")
        assert answer is not None
        assert answer.status == 200, (path, self.page.locator("main").inner_text())
        assert "sign-in?next" not in self.page.url, f"{self.email} is signed out"

    def fill(self, **fields: str) -> None:
        """Fields by their names."""
        for name, text in fields.items():
            self.page.locator(f'main [name="{name}"]').first.fill(text)

    def choose(self, **fields: str) -> None:
        """Options of lists by their names."""
        for name, value in fields.items():
            self.page.locator(f'main [name="{name}"]').first.select_option(value)

    def tick(self, **fields: tuple[str, ...]) -> None:
        """Boxes by their names and values."""
        for name, values in fields.items():
            for value in values:
                self.page.locator(f'main [name="{name}"][value="{value}"]').first.check()

    def attach(self, file: Any) -> None:
        self.page.locator('main input[type="file"]').set_input_files(file)

    def press(self, form: str) -> None:
        """The button of the form whose address ends so; the next page tells what was done."""
        places = (f'main form[action$="{form}"] button', f'main button[formaction$="{form}"]')
        self.click(self.page.locator(", ".join(places)).first)

    def take(self, event: str, reason: str | None = None) -> None:
        """A step of what is on the page."""
        form = self.page.locator(f'main form:has(input[name="event"][value="{event}"])').first
        if reason is not None:
            form.locator('[name="reason"]').select_option(reason)
        elif form.locator('[name="reason"][required]').count():
            first = form.locator('[name="reason"] option').nth(1).get_attribute("value")
            form.locator('[name="reason"]').select_option(first)
        if form.locator('[name="step_words"][required]').count() or reason == "other":
            form.locator('[name="step_words"]').fill("Because it is so.")
        self.click(form.locator("button"))

    def walk(self, *ends: str) -> None:
        """One after the other, the links of the page whose addresses end so."""
        for end in ends:
            link = self.page.locator(f'main a[href$="{end}"]').first
            assert link.count(), (end, self.page.url, self.page.locator("main").inner_html())
            self.follow(link)
            assert self.page.get_by_role("alert").count() == 0, self.page.locator("main").inner_text()

    def follow(self, place: Any) -> None:
        """A link or a button, until the page that it leads to is there as a whole; a question is answered with yes."""
        with self.page.expect_navigation(wait_until="load"):
            place.click()
        sure = self.page.locator("main form.question button")
        if sure.count():
            with self.page.expect_navigation(wait_until="load"):
                sure.click()

    def click(self, button: Any) -> None:
        """A button; the page that comes tells what was done."""
        self.follow(button)
        assert self.page.get_by_role("status").count() > 0, self.page.locator("main").inner_text()

    def finds(self, path: str) -> int:
        """How the hub answers to an address."""
        answer = self.page.goto(f"{self.stand.url}/portal{path}")
        assert answer is not None
        return int(answer.status)

    def reads(self, *texts: str) -> None:
        """That all of these stand on the page."""
        shown = self.page.locator("main").inner_text()
        assert [text for text in texts if text not in shown] == [], shown

    def sign_in(self) -> None:
        self.signed_in_after = self.stand.moves
        self.page.context.clear_cookies()
        self.go(f"/account/sign-in?lang={self.language}")
        self.fill(email=self.email, password=PASSWORD)
        self.follow(self.page.locator("main form button").first)
        assert self.page.url.endswith("/portal"), self.page.locator("main").inner_text()

    @property
    def person_id(self) -> Any:
        return self.stand.one("SELECT person_id FROM innovation.people WHERE email = %s", self.email)


class Ordered(Folder):
    """Times of files say which was sent first; those that the kernel writes are the same for all of some milliseconds."""

    def send(self, mail_id: UUID, message: EmailMessage) -> None:
        super().send(mail_id, message)
        now = time.time_ns()
        for file in self.folder.glob(f"*-{mail_id}.eml"):
            os.utime(file, ns=(now, now))


@dataclass
class House:
    """``url`` of the hub, its database, and folders with its files and of its mail."""

    url: str
    city: City
    clock: Clock
    files: Path
    mail: Path
    #: What opens windows: readers, or Chromium.
    browsers: Any
    #: None where pages are not looked at.
    looker: Looker | None

    def one(self, query: str, *parameters: Any) -> Any:
        """The only value that a question to the database gives."""
        with self.city.database.connect("portal") as connection:
            row = connection.execute(query.encode(), parameters).fetchone()
        assert row is not None
        return row[0]

    def mailed(self, recipient: str) -> list[str]:
        """The texts of all mails to somebody, the newest last, out of the folder."""
        with self.city.database.connect("portal") as connection, Ordered(self.mail) as folder:
            send_due(programme_for(connection, self.clock), folder)
        texts = []
        for file in sorted(self.mail.glob("*.eml"), key=lambda one: (one.stat().st_mtime_ns, one.name)):
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            body = message.get_body(("plain",))
            if body is not None and recipient in str(message["to"]):
                texts.append(str(body.get_content()))
        return texts

    def mailed_path(self, recipient: str, towards: str = "") -> str:
        """The page, without the mount and the language, that the newest mail with a link there leads to. What is mailed
        while the clock stands has no order: of that ``towards`` says which it is.
        """
        links = [link for text in self.mailed(recipient) for link in re.findall(r"http\S+", text)]
        found = [one for one in map(urlsplit, links) if one.path.removeprefix("/portal").startswith(towards)]
        assert found, (towards, links)
        parts = found[-1]
        path = parts.path.removeprefix("/portal")
        query = "&".join(one for one in parts.query.split("&") if not one.startswith("lang="))
        return f"{path}?{query}" if query else path

    def open(self, token: str | None = None, **options: Any) -> Any:
        """A window of whoever has the session, or of somebody without an account."""
        context = self.browsers.new_context(java_script_enabled=False, **({"viewport": DESK} | options))
        if token is not None:
            context.add_cookies([{"name": "falaj_session", "value": token, "url": self.url}])
        return context.new_page()

    def look(
        self, language: Language, *paths: str, token: str | None = None, cookies: Any = (), status: int = 200
    ) -> None:
        """That pages shut nobody out who has the session or the cookies, wide and narrow."""
        if self.looker is None:
            return
        if token is not None:
            cookies = [{"name": "falaj_session", "value": token, "url": self.url}]
        for path in paths:
            self.looker.look(f"{self.url}/portal{path}", language, cookies, status)

    def look_at(self, page: Any, language: Language) -> None:
        """The same of what a window has, such as the answer to a form."""
        if self.looker is not None:
            self.looker.look_at(page.content(), page.url, language)


@dataclass
class Stand(House):
    """A house with a clock that is moved."""

    watch: Watch
    office: Office
    #: How often the clock was moved so far that nobody's session lasted.
    moves: int = 0

    def until(self, at: datetime) -> None:
        """Let it be later, and the worker do what is due by then."""
        assert at >= self.watch.at
        self.watch.at = at
        self.moves += 1
        ProgrammeJobs(self.city.database.settings(), self.watch).move_on()
        count_due(self.office.programme)

    def join(
        self,
        name: str,
        language: Language,
        *grants: Grant,
        domain: str = "",
        name_ar: str = "سلمى الحارثية",
    ) -> Player:
        """Somebody who signs up in a browser, confirms the address, and is given roles."""
        address = address_of(name, language, domain)
        player = Player(self, address, language, self.open(), self.moves)
        player.go(f"/account/sign-up?lang={language}")
        player.fill(email=address, name_ar=name_ar, name_en=f"{name.title()} Al Harthy")
        player.follow(player.page.locator("main form button").first)
        player.go(self.mailed_path(address))
        player.fill(password=PASSWORD)
        player.follow(player.page.locator("main form button").first)
        for one in grants:
            self.office.programme.call(SYSTEM, grant, player.person_id, one)
        return player


def address_of(name: str, language: Language, domain: str = "") -> str:
    """That of somebody, also before they sign up."""
    return f"{name}.{language}@{domain or f'{name}-{language}.example'}"


@contextmanager
def open_house(database: Database, folder: Path, browsers: Any, looker: Looker) -> Iterator[House]:
    """By the real clock."""
    city = seeded_city(database)
    with served(database, folder, system_clock) as (url, _):
        yield House(url, city, system_clock, folder / "files", folder / "mail", browsers, looker)


@contextmanager
def open_stand(
    database: Database,
    folder: Path,
    browsers: Any,
    looker: Looker | None,
    within: Callable[[Any], Any] = lambda app: app,
) -> Iterator[Stand]:
    """``within`` is what is served instead of the application, and passes on to it."""
    city, watch = seeded_city(database), Watch()
    with served(database, folder, watch, within) as (url, office):
        yield Stand(url, city, watch, folder / "files", folder / "mail", browsers, looker, watch, office)


@contextmanager
def open_demo(city: City, folder: Path, browsers: Any) -> Iterator[tuple[Stand, dict[str, SignIn]]]:
    """The portal of a demo, at the moment when its story has been told, with its files in ``files``; and who can sign in by
    what they are.
    """
    data, watch = folder / "files", Watch()
    with served(city.database, folder, watch) as (url, office):
        stand = Stand(url, city, watch, data, folder / "mail", browsers, None, watch, office)
        yield stand, {one.role: one for one in read_sign_in(data)}


@contextmanager
def served(
    database: Database,
    folder: Path,
    clock: Clock,
    within: Callable[[Any], Any] = lambda app: app,
    asks: SecondFactorSettings | None = None,
) -> Iterator[tuple[str, Office]]:
    """The hub on a port of this machine, in a thread of the test; by a name, where it ``asks`` for a second factor: a bare
    address has no passkeys.
    """
    port = free_port()
    url = f"http://{LOOPBACK if asks is None else 'localhost'}:{port}"
    settings = office_settings(f"{url}/portal", folder / "files")
    if asks is not None:
        settings = replace(settings, second_factor=asks)
    app = create_app(ApiSettings(), database.settings(), clock, office=settings)
    server = uvicorn.Server(uvicorn.Config(within(app), host=LOOPBACK, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        assert wait_until(lambda: server.started, 60, alive=thread.is_alive)
        yield url, app.state.office
    finally:
        server.should_exit = True
        thread.join(60)
