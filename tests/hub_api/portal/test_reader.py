"""The browser that draws nothing, beside a real one: the hub is asked for the same, and the same is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from casework.access.model import HUB, Grant, Role
from tests.browser import needs_chromium
from tests.conftest import open_database
from tests.hub_api.portal.controls import LINES, Page
from tests.hub_api.portal.reader import Readers
from tests.hub_api.portal.stand import Stand, open_stand
from tests.hub_api.portal.test_market_in_browser import play

#: As forms might have them; the values are those that the page comes with.
CONTROLS = (
    "<input name=a value=' x '>", "<input value=unnamed>", "<input name=a type=hidden value=x>", "<input name=a disabled value=x>",
    "<input name=a required>", "<input name=a required readonly>", "<input name=a required value=x>",
    "<input name=a type=checkbox>", "<input name=a type=checkbox checked>", "<input name=a type=checkbox required>",
    "<input name=a type=radio value=1><input name=a type=radio value=2 checked required>",
    "<input name=a type=radio value=1 required><input name=a type=radio value=2>",
    "<input name=a type=email value=nobody>", "<input name=a type=email value=some@body.example>",
    "<input name=a pattern=[0-9]+ value=x1>", "<input name=a pattern=[0-9]+ value=11>", "<input name=a minlength=3 value=x>",
    "<input name=a type=number min=1 value=0>", "<input name=a type=number max=9 value=10>", "<input name=a type=number value=1.5>",
    "<input name=a type=number step=0.5 min=0 value=1.5>", "<input name=a type=number step=0.5 min=0 value=1.25>",
    "<input name=a type=number step=any value=1.25>", "<input name=a type=date min=2026-11-24 value=2026-11-23>",
    "<input name=a type=date min=2026-11-24 value=2026-11-24>", "<input name=a type=datetime-local value=2026-11-24T08:00>",
    "<input name=a type=file>", "<input name=a type=file required>", "<input name=a type=reset value=x>",
    "<select name=a><option>One  two</option><option value=2 selected>Two</option></select>",
    "<select name=a><option>One  two</option><option value=2>Two</option></select>",
    "<select name=a><option value=1 disabled>One</option><option value=2>Two</option></select>", "<select name=a></select>",
    "<select name=a required><option value=''>None</option><option value=2>Two</option></select>",
    "<textarea name=a>\none\ntwo</textarea>", "<textarea name=a required></textarea>",
    "<fieldset disabled><legend><input name=a value=kept></legend><input name=a value=off required></fieldset>",
    "<details><summary>More</summary><input name=a value=folded></details>", "<p><button name=a value=other>Other</button></p>",
)  # fmt: skip
REFUSING = """<form id=empty action=/a><input id=needed required>
<details><summary>More</summary><input id=folded></details><input id=off disabled><input id=still readonly>
<input id=short maxlength=3><input id=day type=date><input id=hidden type=hidden>
<select id=some><option value=1>One</option><option value=2 disabled>Two</option></select>
<button>Go</button></form><p id=plain>Words</p><button id=alone>Of no form</button>"""
SECRETS = ("form_token", "token")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Of what a form shows and is about, in the mark of its draft: numbers of objects are in them.
DIGESTS = re.compile(r"(?<=#)[0-9a-f]{8}(?= )|(?<= )[0-9a-f]{12} [0-9]+ [0-9a-f]{8}$")
#: With forms, lists, tables, and what is folded away.
PAGES = ("/calls/new", "/hackathons/new", "/offerings", "/desk", "/desk/audit", "/desk/vendors", "/account")
#: What browsers say of a request beside what is sent.
SAID = ("sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest", "origin", "referer")


@dataclass
class Recorder:
    """What the hub was asked for, but for pictures and styles."""

    app: Any
    requests: list[tuple[str, ...]] = field(default_factory=list)
    _ids: dict[str, str] = field(default_factory=dict)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/portal"):
            await self.app(scope, receive, send)
            return
        body = bytearray()

        async def listen() -> Any:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        await self.app(scope, listen, send)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        query = sent_pairs(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        said = [
            str(urlsplit(headers[one]).path if one in SAID[3:] else headers[one])
            for one in SAID
            if one in headers
        ]
        cookies = sorted(one.partition("=")[0].strip() for one in headers.get("cookie", "").split(";"))
        self._add(scope["method"], scope["path"], *query, *said, *cookies, *read_body(headers, bytes(body)))

    def _add(self, *parts: str) -> None:
        """Numbers of objects are counted, since they are others in each hub."""
        self.requests.append(tuple(UUID.sub(self._count, one) for one in parts))

    def _count(self, found: re.Match[str]) -> str:
        return self._ids.setdefault(found.group(), f"object {len(self._ids)}")


def sent_pairs(pairs: list[tuple[str, str]]) -> list[str]:
    return [
        f"{name}={'secret' if name in SECRETS and value else DIGESTS.sub('digest', value)}"
        for name, value in pairs
    ]


def read_body(headers: dict[str, str], body: bytes) -> list[str]:
    media_type = headers.get("content-type", "")
    if not media_type.startswith("multipart/"):
        return [media_type, *sent_pairs(parse_qsl(body.decode(), keep_blank_values=True))]
    parts: Any = message_from_bytes(f"Content-Type: {media_type}\r\n\r\n".encode() + body).get_payload()
    read = ["multipart"]
    for part in parts:
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        file = part.get_filename()
        told = [f"{file} {part.get_content_type()} {content!r}"] if file is not None else [content.decode()]
        read += sent_pairs([(name, one) for one in told])
    return read


@contextmanager
def recorded(postgres: Any, folder: Path, browsers: Any) -> Iterator[tuple[Stand, Recorder]]:
    made: list[Recorder] = []

    def within(app: Any) -> Recorder:
        made.append(Recorder(app))
        return made[0]

    with open_database(postgres) as database, open_stand(database, folder, browsers, None, within) as stand:
        yield stand, made[0]


@needs_chromium
def test_the_hub_is_asked_for_the_same(postgres: Any, chromium: Any, tmp_path: Path) -> None:
    """One play with all kinds of controls, at both: what each request has, in their order."""
    readers = Readers()
    with recorded(postgres, tmp_path / "read", readers) as (stand, by_reader):
        play(stand, "ar", tmp_path)
    with recorded(postgres, tmp_path / "drawn", chromium) as (stand, by_chromium):
        play(stand, "ar", tmp_path)
        assert len(by_reader.requests) > 60
        for read, drawn in zip_longest(by_reader.requests, by_chromium.requests):
            assert read == drawn
        chief = stand.join("chief", "ar", Grant(Role.ADMINISTRATOR, HUB))
        for path in PAGES:
            chief.go(path)
            reader = readers.new_page()
            reader.context.add_cookies(chief.page.context.cookies())
            reader.goto(chief.page.url)
            assert words(reader) == words(chief.page), path
    readers.close()


def words(page: Any) -> list[str]:
    return str(page.locator("main").inner_text()).split()


@needs_chromium
def test_forms_have_and_refuse_the_same(chromium: Any) -> None:
    """What a form would send, and whether it would be sent, for each kind of control as a page comes with it."""
    source = "".join(f"<form>{control}<button name=b value=c></button></form>" for control in CONTROLS)
    page = chromium.new_page()
    page.set_content(source)
    drawn = page.evaluate(
        """() => [...document.forms].map(one => [
            [...new FormData(one, one.querySelector('form > button'))].map(([name, value]) => [name, value.name ?? value]),
            one.checkValidity()
        ])"""
    )
    page.close()
    read = Page(source, "http://hub.example/")
    for control, form, (pairs, is_valid) in zip(CONTROLS, read.root.iter("form"), drawn, strict=True):
        sent = [
            [name, getattr(one, "name", one)] for name, one in read.entries(form, form.findall("button")[-1])
        ]
        assert sent == [[name, LINES.sub("\r\n", one)] for name, one in pairs], control
        assert (read.complaints(form) == []) is is_valid, control


@pytest.mark.parametrize("act", [
    lambda place: place("#folded").fill("x"),
    lambda place: place("#off").fill("x"),
    lambda place: place("#still").fill("x"),
    lambda place: place("#short").fill("four"),
    lambda place: place("#day").fill("tomorrow"),
    lambda place: place("#hidden").fill("x"),
    lambda place: place("#some").select_option("3"),
    lambda place: place("#some").select_option("2"),
    lambda place: place("#gone").fill("x"),
    lambda place: place("input").fill("x"),
    lambda place: place("#empty button").click(),
    lambda place: place("#plain").click(),
    lambda place: place("#alone").click(),
])  # fmt: skip
def test_what_nobody_could_do_fails(act: Any, wire: None) -> None:
    window = Readers().new_page()
    window.shown = Page(REFUSING, "http://hub.example/")
    with pytest.raises((AssertionError, ValueError)):
        act(window.locator)
    window.close()
