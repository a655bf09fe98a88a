"""The key by which a browser without an account counts once."""

from __future__ import annotations

from typing import Final

from casework.admission import browsers
from casework.follow_up.keys import HubKey
from hub_api.programme.kit.request import PortalRequest

COOKIE: Final = "falaj_participant"


def token_of(request: PortalRequest) -> str | None:
    """Of a browser that has begun; None for every other."""
    shown = request.read_secret(COOKIE)
    return request.office.programme.of(HubKey).find(lambda key: browsers.read_browser(key, shown))


async def give_key(request: PortalRequest) -> str:
    """The browser's token, made if it has none: so many an hour for one network."""
    token = token_of(request)
    if token is None:
        # A form of ours came with it, whose token is bound to this secret.
        browser = await request.run(browsers.begin, request.visitor, request.secret or "")
        request.keep_secret(COOKIE, browser.shown, browser.seconds)
        token = browser.token
    return token
