"""Whether pages shut anybody out: looked at in a real browser, one a process."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

from citycore.language import LANGUAGES, Language, direction
from dashboards.screenshot import ARGUMENTS, CHROMIUM
from tests.hub_api.portal.skeletons import skeleton_of

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
#: What axe looks for; of what is all right it keeps the names alone.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
#: The screen of a kiosk clears itself for whoever comes next, and would here while others are looked at. It says when, and has a
#: button for whoever needs longer, which axe does not know of.
REFRESH = re.compile(r'<meta http-equiv="refresh"[^>]*>')
#: Pages are drawn in the place of one that has no script, whose policy would keep ours out and say so: what ours does is looked at
#: by a test of its own.
SCRIPT = re.compile(r'<script src="/assets/writing[^>]*></script>')
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: Draws a page in the place of the one before, and asks it at once all that is asked on a desk. To go there instead
#: would take half of the time for reading axe anew.
SEE = """async ([source, url, rules]) => {
    history.replaceState(null, '', url);
    document.open();
    const drawn = new Promise(resolve => addEventListener('load', resolve, {once: true}));
    document.write(source);
    document.close();
    await drawn;
    const found = rules ? await axe.run(rules) : {violations: [], passes: []};
    return {
        barriers: found.violations.map(one => [one.id, one.nodes[0].html]),
        passed: found.passes.length,
        language: document.documentElement.lang,
        direction: getComputedStyle(document.documentElement).direction,
        levels: [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(one => Number(one.tagName[1])),
        rightward: [...document.querySelectorAll('.scale > div')].map(one =>
            one.children[0].getBoundingClientRect().x < one.children[1].getBoundingClientRect().x),
        overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    };
}"""


class Looker:
    """Playwright keeps an event loop at work in its thread, which no other may run in: it has a thread of its own.

    Of pages that are built alike, in whichever language, axe judges one unless it ``judges_all``: it takes most of the time.
    Everything else is looked at in each.
    """

    def __init__(self, *, judges_all: bool = False) -> None:
        self._judges_all = judges_all
        self._judged: set[str] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="looker")
        self._thread.submit(self._open).result()

    def look(self, url: str, language: Language, cookies: Sequence[Any] = (), status: int = 200) -> None:
        """A page of the hub, as somebody with these cookies sees it."""
        joint = "&" if "?" in url else "?"
        address = f"{url}{joint}lang={language}"
        self._thread.submit(self._look, address, language, cookies, status).result()

    def look_at(self, source: str, url: str, language: Language) -> None:
        """A page that came as the answer to a form."""
        self._thread.submit(self._see, source, url, language).result()

    def close(self) -> None:
        self._thread.submit(self._close).result()
        self._thread.shutdown()

    def _open(self) -> None:
        from axe_playwright_python.base import AXE_SCRIPT
        from playwright.sync_api import sync_playwright

        self._playwright = sync_playwright().start()
        self._chromium = self._playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        self._context = self._chromium.new_context(viewport=DESK)
        self._context.add_init_script(AXE_SCRIPT)
        self._page = self._context.new_page()
        self._asked: list[str] = []
        self._complaints: list[str] = []
        self._page.on("request", lambda request: self._asked.append(request.url))
        self._page.on("console", lambda message: self._complaints.append(message.text))
        self._page.on("pageerror", lambda error: self._complaints.append(str(error)))

    def _close(self) -> None:
        self._chromium.close()
        self._playwright.stop()

    def _look(self, url: str, language: Language, cookies: Sequence[Any], status: int) -> None:
        self._context.clear_cookies()
        if cookies:
            self._context.add_cookies(list(cookies))
        answer = self._context.request.get(url)
        assert answer.status == status, (url, answer.text())
        self._see(answer.text(), answer.url, language)

    def _see(self, source: str, url: str, language: Language) -> None:
        hub = "/".join(url.split("/")[:3])
        if not self._page.url.startswith(f"{hub}/"):
            # Its headers say what all pages of this hub may load.
            self._page.goto(f"{hub}/portal")
        self._asked.clear()
        self._complaints.clear()
        self._page.set_viewport_size(DESK)
        source = SCRIPT.sub("", REFRESH.sub("", source))
        built = skeleton_of(source, is_of_any_language=True)
        is_known = built in self._judged and not self._judges_all
        seen = self._page.evaluate(SEE, [source, url, None if is_known else RULES])
        self._page.set_viewport_size(PHONE)
        overflow = {"desk": seen["overflow"], "phone": self._page.evaluate(OVERFLOW)}
        assert seen["barriers"] == [], f"{url} shuts people out: {seen['barriers']}"
        assert is_known or seen["passed"] > 5, f"{url}: axe found next to nothing to look at"
        self._judged.add(built)
        written = (seen["language"], seen["direction"])
        assert written == (language, direction(language)), f"{url} is written in {written}"
        scales = set(seen["rightward"]) - {direction(language) == "ltr"}
        assert scales == set(), f"{url}: a scale runs against the direction of reading"
        left_out = [(before, after) for before, after in pairwise([0, *seen["levels"]]) if after > before + 1]
        assert left_out == [], f"{url} leaves out a level of headings: {seen['levels']}"
        assert max(overflow.values()) <= 0, f"{url} is wider than the window: {overflow}"
        others = {one for one in self._asked if not one.startswith(f"{hub}/")}
        assert others == set(), f"{url} asks others: {others}"
        complaints = [one for one in self._complaints if "404" not in one]
        assert complaints == [], f"{url}: {complaints}"


def both(language: Language) -> Iterable[Language]:
    """The other first, so that this one stays that of the page."""
    return sorted(LANGUAGES, key=lambda one: one == language)
