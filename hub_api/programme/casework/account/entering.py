"""In with a new session, or on to the page that asks for the second factor."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from casework.access.model import ANONYMOUS
from casework.people.addresses import parse_address
from casework.people.known_browsers import mark
from casework.people.sessions.service import resume
from casework.second_factor.gate import Entry
from casework.second_factor.model import Waiting
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.request import PortalRequest, picked_language

#: What the browser of somebody shows who has shown one factor.
FACTOR_COOKIE: Final = "falaj_factor"
#: And what one shows in which somebody has signed in before.
KNOWN_COOKIE: Final = "falaj_known"


async def enter(request: PortalRequest, entry: Entry, path: str, notice: str | None = None) -> Response:
    """With a session that the browser did not have before, and in the language of the page that led there.

    The language of the account is that of mails, and of a browser in which nobody has chosen one. Whoever holds a duty that
    asks for a second factor is led to where one is set up.
    """
    if isinstance(entry, Waiting):
        wait_for(request, entry)
        return request.go(onward("/account/sign-in/factor", path), notice)
    signed = await request.office.act(ANONYMOUS, resume, entry.token)
    request.begin(entry)
    request.keep_secret(FACTOR_COOKIE, "", 0)
    assert signed.person.email is not None
    known = mark(request.office.programme, parse_address(signed.person.email).key)
    request.keep_secret(KNOWN_COOKIE, known.text, known.seconds)
    request.keep_language(picked_language(request.http) or signed.person.language)
    # Who is about to go finds there how to stay.
    path = path or ("/account" if signed.person.state == "closing" else "")
    return request.go(onward("/account/second-factor", path) if signed.needs else path, notice)


def wait_for(request: PortalRequest, waiting: Waiting) -> None:
    """The browser waits for a factor of this person from now on."""
    seconds = int((waiting.expires_at - request.office.clock()).total_seconds())
    request.keep_secret(FACTOR_COOKIE, waiting.token, seconds)


def onward(page: str, path: str) -> str:
    """A page from which somebody is led on to a path of the portal."""
    return f"{page}?{urlencode({'next': MOUNT + path})}" if path else page
