"""What browsers are told about every answer, whoever made it, and the cookies that they keep."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from citycore.settings import StoreSettings
from hub_api.app import create_app
from hub_api.serving.transport.safety import is_personal
from hub_api.settings import ApiSettings
from tests.hub_api.portal.conftest import office_settings

ANSWERS = ("/livez", "/metrics", "/nothing", "/portal/nothing", "/portal/account/sign-in?lang=ar", "/assets/writing.js",
           "/v1/admin/dead-letters", "/v1/innovation/me/teams")  # fmt: skip


def ask(portal_url: str, *paths: str, method: str = "GET", **fields: str) -> list[httpx.Response]:
    app = create_app(ApiSettings(), StoreSettings(), office=office_settings(portal_url))

    async def work() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        base = portal_url.removesuffix("/portal")
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            try:
                return [await client.request(method, path, headers=fields) for path in paths]
            finally:
                await app.state.office.close()

    return asyncio.run(work())


def test_every_answer_says_how_browsers_are_to_treat_it() -> None:
    for answer in ask("https://hub.example/portal", *ANSWERS):
        fields, policy = answer.headers, answer.headers["content-security-policy"]
        assert fields["strict-transport-security"] == "max-age=31536000; includeSubDomains", answer.url
        assert fields["x-content-type-options"] == "nosniff"
        assert fields["referrer-policy"] == "same-origin"
        assert policy.startswith("default-src 'none'; ")
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
        assert "unsafe" not in policy
        assert all(
            len(fields.get_list(name)) == 1 for name in ("content-security-policy", "x-content-type-options")
        )


def test_where_nobody_comes_by_https_nothing_asks_for_it() -> None:
    for answer in ask("http://hub.test/portal", *ANSWERS):
        assert "strict-transport-security" not in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_other_sites_read_what_is_open_alone() -> None:
    origin = {"origin": "https://elsewhere.example"}
    for answer in ask("https://hub.example/portal", *ANSWERS, **origin):
        is_open = answer.url.path in {"/livez", "/metrics", "/nothing", "/assets/writing.js"}
        assert answer.headers.get("access-control-allow-origin") == ("*" if is_open else None), answer.url
    wanted = origin | {
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization",
    }
    (asked,) = ask("https://hub.example/portal", "/v1/innovation/me/teams", method="OPTIONS", **wanted)
    assert "access-control-allow-origin" not in asked.headers


@pytest.mark.parametrize(
    ("path", "is_one"),
    [("/portal", True), ("/portal/needs", True), ("/v1/innovation/me/teams", True), ("/v1/admin/registry", True),
     ("/v1/ingest/muscat", True), ("/v1/innovation/me/openapi.json", False), ("/v1/innovation/needs", False),
     ("/portals", False), ("/v1/innovation/media", False)],
)  # fmt: skip
def test_what_is_for_somebody(path: str, is_one: bool) -> None:
    assert is_personal(path) is is_one


def test_by_https_every_cookie_is_of_this_host_alone() -> None:
    (answer,) = ask("https://hub.example/portal", "/portal/account/sign-in?lang=ar")
    cookies = answer.headers.get_list("set-cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {
        "__Host-falaj_language",
        "__Host-falaj_browser",
    }
    for cookie in cookies:
        said = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "secure", "samesite=lax", "path=/"} <= said
        assert not any(part.startswith("domain") for part in said)
