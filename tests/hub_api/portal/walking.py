"""Everybody's walk through the story of the demo: from the start page along the links that pages show, one page of each
route or more, and what a browser finds on them.
"""

from __future__ import annotations

import gzip
import re
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

import httpx
import lxml.html  # type: ignore[import-untyped]
import pytest
from fastapi.routing import APIRoute

from casework.access.model import ANONYMOUS
from casework.people.model import Visitor
from casework.people.sessions.service import begin_session
from citycore.language import Language, direction
from hub_api.programme.routes import branch
from hub_api.serving.operator.texts import PAGES
from stack.fiction.sign_in import VISITORS
from tests.hub_api.portal.alert_scene import raise_alert
from tests.hub_api.portal.conftest import Watch
from tests.hub_api.portal.looks import REFRESH, SCRIPT, Looker
from tests.hub_api.portal.skeletons import skeleton_of
from tests.hub_api.portal.stand import Stand, served
from tests.hub_api.portal.story import open_story

#: What a page may weigh with its sheet and its script, as it is sent, without pictures; and the script alone, unpacked.
PAGE_BYTES_MAX, SCRIPT_BYTES_MAX = 30 * 1024, 10 * 1024
TARGET_POINTS_MIN = 24
#: Who walks first.
FIRST = ("visitor", "administrator", "officer", "vendor", "captain")
#: Where everybody begins, and finds what is theirs.
START = "/portal"
ASSET = re.compile(r'(?:src|href)="(/assets/[^"]+\.(?:js|css)[^"]*)"')
#: All rules of axe, those of good practice too.
RULES = {"resultTypes": ["violations"]}
#: The browser's side. Links within a line of text need not be as high as a finger (WCAG 2.2, 2.5.8), and a label counts with its box.
SEE = """async ([source, url, rules, least]) => {
    history.replaceState(null, '', url);
    document.open();
    const drawn = new Promise(resolve => addEventListener('load', resolve, {once: true}));
    document.write(source);
    document.close();
    await drawn;
    // What is folded away on phones is looked at unfolded.
    for (const one of document.querySelectorAll('details.menu')) one.open = true;
    const found = rules ? await axe.run(rules) : {violations: [], passes: []};
    const words = node => [...node.childNodes].some(one => one.nodeType === 3
        ? /[\\p{L}\\p{N}]/u.test(one.data)
        : one.nodeType === 1 && !one.matches('a, button, input, select, textarea, .unseen') && words(one));
    const block = node => {
        let one = node.parentElement;
        while (getComputedStyle(one).display === 'inline') one = one.parentElement;
        return one;
    };
    const small = [];
    for (const one of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
        if (!one.checkVisibility({visibilityProperty: true})) continue;
        if (one.closest('.skip, .unseen')) continue;
        const rect = one.getBoundingClientRect();
        let [width, height] = [rect.width, rect.height];
        for (const label of one.matches('[type=checkbox], [type=radio]') ? one.labels : []) {
            const box = label.getBoundingClientRect();
            [width, height] = [Math.max(width, box.width), Math.max(height, box.height)];
        }
        if (one.matches('a') && getComputedStyle(one).display === 'inline' && words(block(one))) continue;
        if (height < least - .01 || width < least - .01)
            small.push(`${one.outerHTML.slice(0, 90)} in <${one.parentElement.tagName.toLowerCase()} ${one.parentElement.className}> ${width.toFixed(0)}x${height.toFixed(0)}`);
    }
    return {
        barriers: found.violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`),
        passed: found.passes.length,
        direction: getComputedStyle(document.documentElement).direction,
        overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        small,
    };
}"""


class View(NamedTuple):
    """How a page is looked at; ``by_axe`` takes longest."""

    language: Language
    size: Mapping[str, int]
    by_axe: bool = True


class Walker(Looker):
    """Looks at pages and says what is wrong with them, instead of failing at the first."""

    def faults(self, source: str, url: str, view: View) -> list[str]:
        """What shuts somebody out, is too small to touch, or wider than the window."""
        found: list[str] = self._thread.submit(self._faults, source, url, view).result()
        return found

    def _faults(self, source: str, url: str, view: View) -> list[str]:
        hub = "/".join(url.split("/")[:3])
        if not self._page.url.startswith(f"{hub}/"):
            self._page.goto(f"{hub}/portal")
        self._page.set_viewport_size(view.size)
        source = SCRIPT.sub("", REFRESH.sub("", source))
        seen: dict[str, Any] = self._page.evaluate(
            SEE, [source, url, RULES if view.by_axe else None, TARGET_POINTS_MIN]
        )
        faults = [*seen["barriers"], *(f"small: {one}" for one in seen["small"])]
        if view.by_axe and seen["passed"] <= 5:
            faults.append("axe found next to nothing to look at")
        if seen["direction"] != direction(view.language):
            faults.append(f"runs {seen['direction']} in {view.language}")
        if seen["overflow"] > 0:
            faults.append(f"wider than the window by {seen['overflow']}")
        return faults

    def sign_in(self, token: str | None, url: str) -> None:
        """Pictures of pages come with the cookie of whoever looks."""
        self._thread.submit(self._sign_in, token, url).result()

    def _sign_in(self, token: str | None, url: str) -> None:
        self._context.clear_cookies()
        if token is not None:
            self._context.add_cookies([{"name": "falaj_session", "value": token, "url": url}])


@dataclass
class Seen:
    """A page as somebody came to it."""

    role: str
    route: str
    path: str


@dataclass
class Walk:
    """One after the other, everybody whom a visitor of the demo can be, and a visitor without an account.

    Of a route that others have come to, ``each`` pages are opened for the links on them; ``answers`` that are no pages, such as
    files, are counted only.
    """

    stand: Stand
    walker: Walker
    each: int
    openers_max: int | None
    pages: list[Seen] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    #: Links that pages show and that lead nowhere.
    dead: list[str] = field(default_factory=list)
    routes: list[APIRoute] = field(
        default_factory=lambda: [one for one in branch().routes if "GET" in one.methods]
    )
    reached: set[str] = field(default_factory=set)
    heaviest: tuple[int, str] = (0, "")
    tokens: dict[str, str | None] = field(default_factory=dict)
    #: What axe has looked at: pages that are built alike are judged alike, and it takes most of the time.
    built: set[tuple[Language, int, str]] = field(default_factory=set)
    alike: int = 0
    _openers: dict[str, list[str]] = field(default_factory=dict)
    _assets: dict[str, tuple[int, int]] = field(default_factory=dict)

    def go_everywhere(self) -> None:
        """By links alone, in the language of the first page."""
        for role in (*FIRST, *(one for one in VISITORS if one not in FIRST)):
            self._go(role)

    def client(self, role: str) -> httpx.Client:
        if role not in self.tokens:
            self.tokens[role] = None if role == "visitor" else self._begin(VISITORS[role])
        token = self.tokens[role]
        cookies = {} if token is None else {"falaj_session": token}
        return httpx.Client(base_url=self.stand.url, cookies=cookies, timeout=30)

    def look(self, client: httpx.Client, seen: Seen, *views: View) -> None:
        """At a page in each of these ways, as whoever came to it sees it."""
        self.walker.sign_in(self.tokens[seen.role], self.stand.url)
        for view in views:
            self._look(client, seen, view)

    def _look(self, client: httpx.Client, seen: Seen, view: View) -> None:
        joint = "&" if "?" in seen.path else "?"
        answer = client.get(f"{seen.path}{joint}lang={view.language}")
        place = f"{seen.role} {view.language} {view.size['width']} {seen.path}"
        if answer.status_code != 200:
            self.faults.append(f"{place}: {answer.status_code}")
            return
        self._weigh(answer.text, place)
        url = f"{self.stand.url}{seen.path}"
        if view.by_axe:
            key = view.language, view.size["width"], skeleton_of(SCRIPT.sub("", REFRESH.sub("", answer.text)))
            if key in self.built:
                view, self.alike = view._replace(by_axe=False), self.alike + 1
            self.built.add(key)
        self.faults += [f"{place}: {one}" for one in self.walker.faults(answer.text, url, view)]

    def route_of(self, path: str) -> str | None:
        """The route that answers there; None for what is no page of the portal or of the operator."""
        if path.strip("/") in PAGES:
            return path
        for route in self.routes:
            if route.path_regex.match(path):
                return str(route.path)
        return None

    def _go(self, role: str) -> None:
        opened: dict[str, int] = {}
        ahead, known = deque([START]), {START}
        with self.client(role) as client:
            while ahead:
                path = ahead.popleft()
                route = self.route_of(urlsplit(path).path)
                if route is None or opened.get(route, 0) >= self.each or self._is_known(route):
                    continue
                answer = client.get(f"{path}", headers={"Accept-Language": "ar"})
                place = f"{role} {path}"
                if answer.is_redirect:
                    ahead.append(str(urljoin(path, answer.headers["location"])))
                    continue
                if answer.status_code != 200:
                    self.dead.append(f"{place}: {answer.status_code}")
                    continue
                opened[route] = opened.get(route, 0) + 1
                self._openers.setdefault(route, []).append(role)
                self.reached.add(route)
                if not answer.headers["content-type"].startswith("text/html"):
                    continue
                self.pages.append(Seen(role, route, path))
                for link in _links(answer.text, path):
                    if link not in known:
                        known.add(link)
                        ahead.append(link)

    def _is_known(self, route: str) -> bool:
        """Whether enough have opened what everybody may; the start leads each to what is theirs."""
        openers = self._openers.setdefault(route, [])
        is_enough = self.openers_max is not None and len(openers) >= self.openers_max
        return is_enough and "visitor" in openers and route != START

    def _begin(self, email: str) -> str:
        person_id = self.stand.one("SELECT person_id FROM innovation.people WHERE email = %s", email)
        call = self.stand.office.programme.call
        return call(ANONYMOUS, begin_session, person_id, Visitor("10.9.8.7", "test")).token

    def _weigh(self, source: str, place: str) -> None:
        weight, scripts = len(gzip.compress(source.encode())), []
        for path in set(ASSET.findall(source)):
            packed, size = self._asset(path)
            weight += packed
            if ".js" in path:
                scripts.append(size)
        self.heaviest = max(self.heaviest, (weight, place))
        if weight > PAGE_BYTES_MAX:
            self.faults.append(f"{place}: {weight} bytes")
        if len(scripts) > 1 or sum(scripts) > SCRIPT_BYTES_MAX:
            self.faults.append(f"{place}: scripts of {scripts} bytes")

    def _asset(self, path: str) -> tuple[int, int]:
        if path not in self._assets:
            content = httpx.get(f"{self.stand.url}{path}").raise_for_status().content
            self._assets[path] = len(gzip.compress(content)), len(content)
        return self._assets[path]


def _links(source: str, path: str) -> Iterator[str]:
    """Where the page leads to in this hub, without what only turns the same page into another language or part."""
    for link in lxml.html.document_fromstring(source).iter("a"):
        parts = urlsplit(urldefrag(urljoin(path, link.get("href") or "")).url)
        if parts.scheme or parts.netloc:
            continue
        kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in {"lang", "next"}]
        yield f"{parts.path}?{urlencode(kept)}" if kept else parts.path


@contextmanager
def told_stand(postgres: Any, story: Any, folder: Path) -> Iterator[Stand]:
    """The portal on a port, with the story of the demo in it."""
    files, watch = folder / "files", Watch()
    with (
        pytest.MonkeyPatch.context() as environment,
        open_story(postgres, story, files) as city,
    ):
        environment.setenv("FALAJ_PICTURE_FOLDER", str(files / "shown"))
        raise_alert(city)
        with served(city.database, folder, watch) as (url, office):
            yield Stand(url, city, watch, files, folder / "mail", None, None, watch, office)
