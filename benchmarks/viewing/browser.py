"""What a browser sees of a page, and when: read from what ``drawn.js`` has written down at every change of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from dashboards.screenshot import ARGUMENTS, CHROMIUM

WAIT_MS_MAX = 60_000
#: A page is settled when it is drawn and nothing has changed on it for so long.
SETTLED_MS = 900
NEVER = float("inf")
SIZE = {"width": 1280, "height": 900}
#: Whether the page is drawn, and has been for a while; ``since`` is when it was asked for something. A small fragment that looks
#: whether the API is there runs every two seconds, so that the page need not be idle now, but has to have been since it changed.
IS_SETTLED = """([since, settled, answers]) => {
  const moments = window.falajMoments, last = moments.at(-1);
  if (last === undefined || last.charts !== last.drawn || last.waiting || (answers && !last.answered)) return false;
  const shown = ({ charts, drawn, painted, answered, waiting }) => [charts, drawn, painted, answered, waiting].join();
  const calm = moments.slice(1 + moments.findLastIndex((one) => shown(one) !== shown(last)));
  return calm.some((one) => one.idle && one.at > since) && performance.now() - Math.max(calm[0].at, since) > settled;
}"""
NOTE_CHOICE = """addEventListener(
  "keydown", () => { window.falajChose = performance.now(); }, { capture: true, once: true }
)"""
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


@dataclass(frozen=True, slots=True)
class Seen:
    """Milliseconds from the navigation on. ``charts`` is when the last of ``chart_count`` was drawn, ``whole`` when all was there."""

    first_paint: float
    charts: float
    whole: float
    chart_count: int


def seen_of(moments: Sequence[dict[str, Any]], first_paint: float, *, answers: bool) -> Seen:
    """Of a settled page. Where no chart is, the page is drawn when all is there."""
    count = moments[-1]["charts"]
    whole = next(
        one["at"]
        for one in moments
        if one["drawn"] >= count and one["idle"] and not one["waiting"] and (one["answered"] or not answers)
    )
    drawn = next(one["at"] for one in moments if one["drawn"] >= count)
    return Seen(first_paint, drawn if count else whole, whole, count)


def redrawn_after(moments: Sequence[dict[str, Any]], since: float) -> float:
    """Milliseconds from a choice, at ``since``, until the last chart that it changes is drawn; until the run is over where none is."""
    after = [one for one in moments if one["at"] > since]
    if after[-1]["painted"] > since:
        return float(after[-1]["painted"]) - since
    began = next((number for number, one in enumerate(after) if not one["idle"]), 0)
    return float(next(one["at"] for one in after[began:] if one["idle"])) - since


class Visitor:
    """A tab of its own, with nothing kept from others."""

    def __init__(self, context: Any, page: Any) -> None:
        self._context = context
        self.page = page

    def open(self, url: str, *, answers: bool = True) -> Seen:
        """Wait until it is drawn; a page that ``answers`` has a first sentence. What is not drawn in time is never drawn."""
        from playwright.sync_api import TimeoutError as TooLate

        try:
            self.page.goto(url, timeout=WAIT_MS_MAX)
            self.settle(0.0, answers=answers)
        except TooLate:
            return Seen(NEVER, NEVER, NEVER, 0)
        return seen_of(self.moments(), float(self.page.evaluate(FIRST_PAINT) or 0.0), answers=answers)

    def settle(self, since: float, *, answers: bool = True) -> None:
        self.page.wait_for_function(IS_SETTLED, arg=[since, SETTLED_MS, answers], timeout=WAIT_MS_MAX)

    def moments(self) -> list[dict[str, Any]]:
        return list(self.page.evaluate("window.falajMoments"))

    def choose_next(self, label: str, *, answers: bool = True) -> float:
        """Choose what comes next in a box; milliseconds until the charts are redrawn."""
        from playwright.sync_api import TimeoutError as TooLate

        try:
            self.page.get_by_role("combobox", name=label).first.click(timeout=WAIT_MS_MAX)
            self.page.get_by_role("option").first.wait_for(timeout=WAIT_MS_MAX)
            self.page.keyboard.press("ArrowDown")
            self.page.evaluate(NOTE_CHOICE)
            self.page.keyboard.press("Enter")
            since = float(self.page.evaluate("window.falajChose"))
            self.settle(since, answers=answers)
        except TooLate:
            return NEVER
        return redrawn_after(self.moments(), since)


class Browser:
    def __init__(self, chromium: Any) -> None:
        self._chromium = chromium

    @contextmanager
    def visitor(self) -> Iterator[Visitor]:
        context = self._chromium.new_context(viewport=SIZE)
        try:
            context.add_init_script((files("benchmarks.viewing") / "drawn.js").read_text("utf-8"))
            yield Visitor(context, context.new_page())
        finally:
            context.close()


@contextmanager
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        try:
            yield Browser(chromium)
        finally:
            chromium.close()
