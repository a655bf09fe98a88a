"""Sealed by test, over HTTP: a response with marker words in every field and file, and everybody looking for it.

Until two persons have brought their keys the words are on no page of anybody, in no table, file, log, mail or export.
"""

from __future__ import annotations

import io
import logging
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
import structlog
from fastapi.routing import APIRoute

from casework.access.model import HUB, Role, Scope, ScopeKind
from casework.people.roles.service import find_actor
from citycore.log import configure_logging
from hackathon.market.needs.rules import vendors_of
from hackathon.market.responses import service as responses
from hub_api.programme.programs.routes import ROOMS as PROGRAM_ROOMS
from hub_api.programme.routes import ROOMS
from tests.hackathon.calling import programme_for
from tests.hackathon.test_sealed import paper
from tests.hackathon.traces import Traces, all_words
from tests.hub_api.participation.conftest import Program, token_of
from tests.hub_api.portal import need_scene as scene
from tests.hub_api.portal.conftest import Browser, Portal, Somebody
from tests.hub_api.portal.market_scene import found_company, verified_vendor
from tests.hub_api.portal.town import found, verify

SUMMARY, FIT, SUPPORT, TEXT, PAPER, NAME = (
    f"{word}{uuid4().hex[:12]}" for word in ("zumurrud", "yaqut", "luban", "murjan", "anbar", "lulua")
)  # fmt: skip
PRICE = "612345.679"
MARKERS = (SUMMARY, FIT, SUPPORT, TEXT, PAPER, NAME, PRICE, "612345679")
ANSWERS = {
    "summary": f"In sum {SUMMARY}", "answer_c1": f"fits {FIT}", "answer_c2": SUPPORT, "price": PRICE,
}  # fmt: skip
#: Who reads nothing of it when it is open either.
OUTSIDE = ("visitor", "rival", "vendor", "somebody")
#: Large enough for a server that would put it on the disk.
FILES = [
    ("files", (f"{NAME}.txt", (f"murmur {TEXT}\n" * 90_000).encode(), "text/plain")),
    ("files", ("paper.docx", paper(PAPER), "application/octet-stream")),
]


class Cast:
    """Who looks: by what they are."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        administrator = portal.appoint(Role.ADMINISTRATOR, HUB, "administrator")
        officer = portal.join("officer")
        self.agency = found(portal, officer, "Mawarid")
        verify(portal, administrator, self.agency)
        speaks = Scope(ScopeKind.ORGANISATION, scene.value(portal, "SELECT %s::uuid", self.agency))
        self.people: dict[str, Somebody] = {
            "administrator": administrator,
            "officer and opener": officer,
            "colleague": portal.appoint(Role.OFFICER, speaks, "colleague"),
            "programme officer and opener": portal.appoint(Role.PROGRAMME_OFFICER, HUB, "programme"),
            "second programme officer": portal.appoint(Role.PROGRAMME_OFFICER, HUB, "second"),
            "vendor": portal.join("vendor", domain="hulul.example"),
            "rival": portal.join("rival", domain="tiqniya.example"),
            "somebody": portal.join("somebody"),
        }
        for name in ("vendor", "rival"):
            company = found_company(self.people[name], administrator, name.title())
            verified_vendor(portal, self.people[name], self.programme, company)
        self.need_id, self.keys = scene.published(portal, officer, self.programme, self.agency)
        self.programs = {
            name: Program(portal, token_of(portal, one.person_id)) for name, one in self.people.items()
        }

    @property
    def programme(self) -> Somebody:
        return self.people["programme officer and opener"]

    @property
    def readers(self) -> tuple[str, ...]:
        return ("visitor", *self.people)

    def browser(self, name: str) -> Browser:
        return self.people[name].browser if name in self.people else self.portal.browser()


@pytest.fixture(scope="module")
def cast(portal: Portal) -> Cast:
    return Cast(portal)


def get_paths(known: Mapping[str, object]) -> list[str]:
    """Every page of the portal that is read, with what is known of its path; what no part here has is left out."""
    return [path.removeprefix("/portal") for path in _paths(ROOMS, known) if path.startswith("/portal")]


def program_paths(known: Mapping[str, object]) -> list[str]:
    """Everything that people's programs read, likewise."""
    return [path.removeprefix("/v1/innovation") for path in _paths(PROGRAM_ROOMS, known)]


def _paths(rooms: Iterable[Any], known: Mapping[str, object]) -> Iterator[str]:
    for room in rooms:
        for route in room.router.routes:
            if (
                isinstance(route, APIRoute)
                and "GET" in route.methods
                and set(route.param_convertors) <= set(known)
            ):
                yield route.path.format(**known)


def test_nobody_finds_it_until_two_keys_were_brought(
    portal: Portal, cast: Cast, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    traces, errors, rolled = Traces(*MARKERS), io.StringIO(), []
    caplog.set_level(logging.DEBUG)
    # What the test's own browser notes down is its own affair.
    caplog.set_level(logging.WARNING, "httpx")
    monkeypatch.setattr("sys.stderr", errors)
    before = structlog.get_config()
    configure_logging("test")
    # Or every logger that is used meanwhile keeps this for the tests that come after.
    structlog.configure(cache_logger_on_first_use=False)
    rollover = tempfile.SpooledTemporaryFile.rollover
    monkeypatch.setattr(
        tempfile.SpooledTemporaryFile, "rollover", lambda one: rolled.append(one) or rollover(one)
    )
    traces.begin(portal.city.database)
    try:
        response = scene.hand_in(portal, cast.people["vendor"], cast.need_id, ANSWERS, FILES)
        go_on_later(cast)
        assert rolled == []
        known = {
            "need_id": cast.need_id, "response_id": response, "number": 1, "organisation_id": cast.agency,
            "person_id": cast.people["vendor"].person_id,
        }  # fmt: skip
        paths = get_paths(known)
        #: What is about the need and the response itself, and who did what.
        near = [path for path in paths if cast.need_id in path or response in path] + ["/desk/audit"]
        assert {f"/needs/{cast.need_id}/response", f"/responses/{response}/files/1", *near} <= set(paths)

        def look(paths: Iterable[str], *readers: str) -> dict[str, set[str]]:
            """Where the words are: in what is kept and logged, and in what these readers get from these paths."""
            captured = capfd.readouterr()
            logs = caplog.text + errors.getvalue() + captured.out + captured.err
            found = kept(portal, traces) | {"logs": traces.in_text(logs)} | told(cast, traces, paths, readers)
            return {name: words for name, words in found.items() if words}

        assert look(near, *cast.readers) == {}, "sealed"
        refused(portal, cast, traces, response, monkeypatch)
        scene.let_close(portal, cast.need_id)
        first, second = cast.keys
        scene.open_all(portal, cast.need_id, [first])
        # Everything there is, once, when it has been refused, closed and half opened.
        assert look(paths, *cast.readers) == {}, "one key"
        scene.open_all(portal, cast.need_id, [second])
        shown = cast.people["officer and opener"].browser.get(f"/responses/{response}").text
        assert {SUMMARY, FIT, SUPPORT, NAME} <= traces.in_text(shown)
        file = cast.people["officer and opener"].browser.get(f"/responses/{response}/files/1")
        assert file.content == FILES[0][1][1]
        assert "attachment" in file.headers["content-disposition"]
        after = look(paths, *OUTSIDE)
        assert all_words(after.values()) == {SUMMARY, FIT, SUPPORT, TEXT, PAPER, NAME, "612345679"}
        assert [path for path in after if path.endswith(tuple(f" to {name}" for name in OUTSIDE))] == []
    finally:
        structlog.configure(**before)


def kept(portal: Portal, traces: Traces) -> dict[str, set[str]]:
    """What is in tables and files."""
    folder = portal.office.settings.submissions.folder
    assert folder is not None
    return traces.in_tables(portal.city.database) | traces.in_files(folder.parent)


def told(cast: Cast, traces: Traces, paths: Iterable[str], readers: Iterable[str]) -> dict[str, set[str]]:
    """What is in pages and exports of these readers, in answers to everybody's programs, and in the open data."""
    found = of_programs(cast, traces)
    for name in readers:
        browser = cast.browser(name)
        for path in (*paths, f"/needs?q={SUMMARY}", f"/organisations?q={FIT}"):
            answer = browser.get(path)
            # What was asked for may stand in the form of the search.
            seen = answer.text.replace(SUMMARY, "").replace(FIT, "") if "?q=" in path else answer.text
            found[f"{path} to {name}"] = traces.in_text(seen + repr(answer.headers))
            assert answer.status_code < 500, path
        found[f"export of {name}"] = traces.within(browser.send("/account/export").content)
    for path in ("needs", "challenges", "organisations", "deadlines.ics"):
        answer = cast.portal.run(cast.browser("visitor").client.get(f"/v1/innovation/{path}"))
        found[f"/v1/innovation/{path}"] = traces.within(answer.content)
    return found


def of_programs(cast: Cast, traces: Traces) -> dict[str, set[str]]:
    """What is in the answers to everybody's programs."""
    found, paths = {}, program_paths({"need": cast.need_id})
    assert {f"/me/needs/{cast.need_id}", f"/me/marketplace/needs/{cast.need_id}"} <= set(paths)
    for name, program in cast.programs.items():
        for path in paths:
            answer = program.ask("GET", path)
            assert answer.status_code < 500, path
            found[f"program {path} to {name}"] = traces.in_text(answer.text + repr(answer.headers))
    return found


def refused(
    portal: Portal, cast: Cast, traces: Traces, response: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handing in fails in every way: what was typed comes back to who typed it, in this one answer, or not at all."""
    vendor, need_id = cast.people["vendor"], cast.need_id

    def send(who: Somebody, more: Mapping[str, str], files: Any = FILES, **options: Any) -> Any:
        fields = {**ANSWERS, "version": "2", **more}
        return who.browser.send(f"/needs/{need_id}/response/hand-in", fields, files=files, **options)

    for more, files in (
        ({"price": "much"}, FILES), ({"price": ""}, FILES), ({"answer_c1": " "}, FILES), ({"version": "9"}, FILES),
        ({}, [("files", (f"{NAME}.exe", TEXT.encode(), "x/y"))]), ({}, FILES * 3),
    ):  # fmt: skip
        answer = send(vendor, more, files)
        assert 400 <= answer.status_code < 500
        assert answer.headers["cache-control"] == "private, no-store"
        # Nothing of what a file holds comes back.
        assert not traces.in_text(answer.text) & {TEXT, PAPER}
    bare = [
        send(cast.people["rival"], {}), send(cast.people["somebody"], {}), send(vendor, {"form_token": "foreign"}),
        send(vendor, {"version": "none"}), send(vendor, {"summary": f"{SUMMARY}\x00"}),
        send(vendor, {}, [("files", (f"{NAME}.txt", TEXT.encode() * 2_000_000, "text/plain"))]),
        vendor.browser.send(f"/needs/{need_id}/response/hand-in", {**ANSWERS, "version": "2"}),
    ]  # fmt: skip
    with monkeypatch.context() as broken:
        broken.setattr("hackathon.market.responses.service.seal", breaking)
        bare.append(send(vendor, {}))
    assert bare[-1].status_code == 500
    for answer in bare:
        assert answer.status_code >= 400
        assert traces.in_text(answer.text) == set(), answer.text
    assert find_vendor(portal, vendor)
    assert scene.value(portal, "SELECT version FROM innovation.responses WHERE response_id = %s", response) == 2  # fmt: skip


def go_on_later(cast: Cast) -> None:
    """The vendor takes a draft away as a file and brings it back: what stands in it is in the two answers alone."""
    vendor, path = cast.people["vendor"].browser, f"/needs/{cast.need_id}/response/draft"
    draft = vendor.send_once(path, {**ANSWERS, "files": NAME, "version": "1"})
    assert draft.headers["content-disposition"].startswith("attachment")
    said = draft.json()
    assert said["fields"] == {name: [text] for name, text in ANSWERS.items()}
    assert said["files"] == [NAME]

    def bring(content: bytes) -> Any:
        return vendor.send_once(f"{path}/open", files={"draft_file": ("draft.json", content)})

    opened = bring(draft.content)
    assert (opened.status_code, "<script" in opened.text) == (200, False)
    assert set(ANSWERS.values()) <= {unescape(text) for text in re.findall(r'[^<>"\n]+', opened.text)}
    old = draft.content.replace(b'"answer_c2"', b'"answer_c9"')
    assert SUPPORT in bring(old).text, "what has no field any more stands there to be copied"
    for wrong, words in (
        (b"{}", "no draft"),
        (b"[" * 100_000, "no draft"),
        (draft.content.replace(cast.need_id.encode(), b"other"), "another form"),
        (b"", "no draft"),
    ):
        refused = bring(wrong)
        assert (refused.status_code, words in refused.text) == (422, True)


def breaking(content: bytes, *_: object) -> None:
    """A fault inside, with all of it at hand."""
    assert content
    raise RuntimeError("out of luck")


def find_vendor(portal: Portal, vendor: Somebody) -> bool:
    actor = find_actor(portal.store, vendor.person_id, portal.watch())
    assert vendors_of(actor)
    found = programme_for(portal.store, portal.watch).call(actor, responses.is_vendor)
    portal.store.commit()
    return found
