"""Everybody's programs, with tokens of their persons, at the application of the portal's tests."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import httpx
import pytest

from casework.access.model import Actor
from casework.access_tokens.model import TokenScope, Wish
from casework.access_tokens.service import issue
from casework.access_tokens.settings import AccessTokenSettings
from hub_api.programme.programs.routes import OPERATIONS
from tests.hub_api.portal import conftest as pages
from tests.hub_api.portal.conftest import Portal
from tests.hub_api.portal.town import Town, build_town

portal = pages.portal
#: A body for each operation that takes one, as the document shows it.
BODIES = {one.name: one.example for one in OPERATIONS if one.example is not None}
_numbers = count(1)


def token_of(portal: Portal, person_id: Any, *scopes: TokenScope) -> str:
    """Somebody of the tests has more tokens than people do: one for each scope."""
    desk = replace(portal.office.tokens, settings=AccessTokenSettings(tokens_max=100))
    wish = Wish("test", scopes or tuple(TokenScope), 90)
    return issue(portal.store, desk, Actor(person_id), wish).text


@dataclass
class Program:
    """Somebody's, with a token; ``None`` has none."""

    portal: Portal
    token: str | None
    #: Each its own: limits count by it, and the clock of these tests stands.
    address: str = field(default_factory=lambda: f"10.8.{next(_numbers) % 250}.7")

    def ask(
        self, method: str, path: str, body: Any = None, seen: int | None = None, **more: str
    ) -> httpx.Response:
        headers = dict(more)
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        if seen is not None:
            headers["If-Match"] = f'"{seen}"'
        return self.portal.run(self._send(method, f"/v1/innovation{path}", body, headers))

    async def _send(self, method: str, url: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(self.portal.app, client=(self.address, 4000))
        async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as client:
            return await client.request(method, url, json=body, headers=headers)


@pytest.fixture(scope="module")
def town(portal: Portal) -> Town:
    return build_town(portal)
