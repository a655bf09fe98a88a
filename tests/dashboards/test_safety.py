"""What the dashboards tell browsers, and Streamlit's cookies by https: rules as tables, and the installed Streamlit itself."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from streamlit import file_util
from streamlit.web.server.starlette import starlette_server_config as known

from dashboards import scripts
from dashboards.safety import SafetyMiddleware, bound_cookie, known_cookies, policy, streamlit_page

PAGE = "<html><script>one</script><script src=x></script></html>"
YEAR = 31_536_000


def answered(address: str, path: str = "/", cookies: str = "") -> httpx.Response:
    async def answer(request: Request) -> Response:
        made = PlainTextResponse(repr(sorted(request.cookies.items())))
        made.set_cookie("_streamlit_user", "u", path="/below", httponly=True, samesite="lax")
        made.set_cookie("other", "o")
        return made

    app = SafetyMiddleware(Starlette(routes=[Route("/", answer)]), PAGE, address, YEAR)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url=address or "http://127.0.0.1", trust_env=False
        ) as client:
            return await client.get(path, headers={"cookie": cookies})

    return asyncio.run(ask())


def test_by_https_cookies_are_of_this_host_alone():
    sent = "__Host-_streamlit_user=mine; _streamlit_user=planted; other=2"
    answer = answered("https://dash.example", cookies=sent)
    assert answer.text == "[('_streamlit_user', 'mine'), ('other', '2')]"
    ours, other = answer.headers.get_list("set-cookie")
    assert sorted(ours.split("; ")) == [
        "HttpOnly", "Path=/", "SameSite=lax", "Secure", "__Host-_streamlit_user=u"
    ]  # fmt: skip
    assert other.startswith("other=o")
    assert answer.headers["strict-transport-security"] == f"max-age={YEAR}; includeSubDomains"


def test_on_a_machine_of_ones_own_cookies_are_as_streamlit_has_them():
    answer = answered("", cookies="_streamlit_user=mine")
    assert answer.text == "[('_streamlit_user', 'mine')]"
    assert answer.headers.get_list("set-cookie")[0].startswith("_streamlit_user=u")
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (b"a=1", b"a=1"),
        (b"__Host-_streamlit_xsrf=2|x;b=1", b"_streamlit_xsrf=2|x; b=1"),
        (b"_streamlit_session=planted", b""),
        (
            b"__Host-_streamlit_user__1=a; __Host-_streamlit_user=b",
            b"_streamlit_user__1=a; _streamlit_user=b",
        ),
        (b"__Host-falaj=1", b"__Host-falaj=1"),
    ],
)
def test_cookies_are_known_by_their_prefix(sent: bytes, read: bytes):
    assert known_cookies([(b"cookie", sent), (b"host", b"x")]) == [(b"cookie", read), (b"host", b"x")]


def test_a_cookie_is_ended_under_the_name_that_it_has():
    name, value = bound_cookie((b"set-cookie", b"_streamlit_user=; Path=/; Max-Age=0; Secure"))
    assert (name, value) == (b"set-cookie", b"__Host-_streamlit_user=; Path=/; Secure; Max-Age=0")


@pytest.mark.parametrize(
    ("query", "framed"),
    [
        ("", "'none'"),
        ("only=map-pm2-5&embed=true", "*"),
        ("lang=ar&only=map-pm2-5&embed=true", "*"),
        ("only=map-pm2-5&embed=false", "'none'"),
        ("only=map-pm2-5&embed=true&embed=false", "'none'"),
        ("embed=true", "'none'"),
        ("only=&embed=true", "'none'"),
    ],
)
def test_only_single_figures_may_be_framed(query: str, framed: str):
    headers = answered("https://dash.example", f"/?{query}").headers
    assert headers["content-security-policy"].endswith(f"frame-ancestors {framed}")
    assert headers["x-content-type-options"] == "nosniff"


def test_the_policy_names_every_script_and_allows_no_other():
    said = dict(one.split(" ", 1) for one in policy(PAGE, "https://dash.example").split("; "))
    assert said["script-src"].split() == ["'self'", *map(scripts.source, ("one", *scripts.ALL))]
    assert said["connect-src"] == "'self' wss://dash.example"
    assert (said["default-src"], said["object-src"], said["base-uri"]) == ("'none'", "'none'", "'self'")


def test_streamlit_is_as_this_counts_on():
    assert len(re.findall(r"<script>", streamlit_page())) == 1
    cookies = [getattr(known, name) for name in dir(known) if name.endswith("COOKIE_NAME")]
    assert len(cookies) >= 4
    assert all(name.startswith("_streamlit") for name in cookies)
    files = [file.read_text("utf-8") for file in Path(file_util.get_static_dir()).rglob("index.*.js")]
    assert any("match(`\\\\b${e}=([^;]*)\\\\b`)" in text and "_streamlit_xsrf" in text for text in files), (
        "the page's own script finds the cookie behind a prefix that ends with no letter"
    )
