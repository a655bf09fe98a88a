"""A portal whose duties ask for a second factor, and people who have one."""

from __future__ import annotations

import base64
import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from casework.people.settings import OidcSettings
from casework.second_factor import totp
from casework.second_factor.settings import SecondFactorSettings
from citycore.settings import SignInSettings
from hub_api.app import create_app
from hub_api.serving.limits.settings import LimitSettings
from hub_api.settings import ApiSettings
from tests.hub_api.portal.conftest import PASSWORD, Browser, Portal, Somebody, office_settings

CODES = re.compile(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){5}")
_WORDS = re.compile(r"<code>((?:[A-Z2-7]{4} ?){8})</code>")


@contextmanager
def asking(
    portal: Portal,
    folder: Any,
    settings: SecondFactorSettings | None = None,
    oidc: OidcSettings | None = None,
    sign_in: SignInSettings | None = None,
) -> Iterator[Portal]:
    """The same portal, as a hub without settings has it."""
    office = dataclasses.replace(
        office_settings(folder=folder),
        second_factor=settings or SecondFactorSettings(tries_per_network=1_000),
        oidc=oidc or OidcSettings(),
        sign_in=sign_in or SignInSettings(),
    )
    often = LimitSettings(anonymous_requests_per_minute=10_000, anonymous_burst=10_000)
    store = portal.city.database.settings()
    app = create_app(ApiSettings(limits=often), store, portal.watch, office=office)
    asked = dataclasses.replace(portal, app=app, browsers=[])
    yield asked
    for browser in asked.browsers:
        portal.run(browser.client.aclose())
    portal.run(app.state.office.close())


@dataclasses.dataclass
class Phone:
    """An application with the secret of somebody; ``codes`` are for when it is lost."""

    secret: bytes
    codes: list[str]
    portal: Portal

    @property
    def code(self) -> str:
        """Of the next step that was not used: time goes by until it is new."""
        self.portal.watch.pass_by(seconds=totp.STEP_SECONDS)
        return self.now

    @property
    def now(self) -> str:
        return totp.code_at(self.secret, totp.step_of(self.portal.watch()))


def set_up(portal: Portal, somebody: Somebody, onward: str = "") -> Phone:
    """As its page leads somebody who has none."""
    browser = somebody.browser
    begun = browser.send("/account/second-factor/app", {"current": PASSWORD, "next": onward})
    assert begun.headers["location"].startswith("/portal/account/second-factor/app"), begun.text
    page = browser.get(begun.headers["location"].removeprefix("/portal")).text
    found = _WORDS.search(page)
    assert found is not None, page
    phone = Phone(base64.b32decode(found.group(1).replace(" ", "")), [], portal)
    done = browser.send("/account/second-factor/app/confirm", {"code": phone.code, "next": onward})
    assert done.status_code == 200, done.text
    phone.codes = CODES.findall(done.text)
    return phone


def sign_in(browser: Browser, email: str, onward: str = "", password: str = PASSWORD) -> str:
    """Where the page of signing in leads, without the mount."""
    sent = browser.send("/account/sign-in", {"email": email, "password": password, "next": onward})
    assert sent.status_code == 303, sent.text
    return str(sent.headers["location"]).removeprefix("/portal")
