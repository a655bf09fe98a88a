"""What open pages, and pages that are opened meanwhile, say while the API is frozen, gone or slow, and how soon they heal."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Literal, get_args

from benchmarks.report import Case
from benchmarks.viewing.browser import Browser, Visitor
from benchmarks.viewing.servers import Delay, Served, Theatre

SAID_SECONDS_MAX = 5.0
#: A page that was told that no data come tries again after so long, here sooner than elsewhere; and then it has to be drawn.
REFRESH_SECONDS = 10
HEAL_SECONDS_MAX = REFRESH_SECONDS + 15.0
#: So late is each answer: in time for the small question whether anybody answers, and late for a page that asks many.
SLOW_SECONDS = 1.5
LOOK_SECONDS = 0.05
#: So long is waited for what is late already.
WAIT_SECONDS_MAX = 30.0
#: Whether a sentence on it can be read now: a banner, or the line that appears by itself.
SAYS = """() => [...document.querySelectorAll('[data-testid="stAlert"], .falaj-waiting, .falaj-waiting-again')].some(
  (one) => one.checkVisibility({ visibilityProperty: true }) && getComputedStyle(one).opacity > 0.5
)"""
IS_WELL = """() => document.querySelector('.falaj-answer') !== null
  && document.querySelector('[data-testid="stAlert"], .falaj-waiting') === null"""
SAYS_OR_IS_WELL = f"() => ({SAYS})() || ({IS_WELL})()"

#: When pages are looked at: open when it begins; opened while it lasts, one after the other; or all at once, which is mostly so many
#: pages on the cores of one machine.
When = Literal["open pages", "opened then", "opened at once"]
Opened = Mapping[str, Visitor]
Trouble = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Viewed:
    """Every page of the dashboards, by its address."""

    browser: Browser
    served: Served
    addresses: Mapping[str, str]

    def suffer(self, name: str, trouble: Trouble, when: When, expected: str = SAYS) -> list[Case]:
        """The page that takes the longest counts."""
        with ExitStack() as ending:
            visitors = {page: ending.enter_context(self.browser.visitor()) for page in self.addresses}
            if when == "open pages":
                for page, visitor in visitors.items():
                    visitor.open(f"{self.served.url}/{self.addresses[page]}")
            with trouble():
                groups = [{page: one} for page, one in visitors.items()]
                said = max(
                    (
                        self._said(group, when, expected)
                        for group in (groups if when == "opened then" else [visitors])
                    ),
                    key=lambda one: one[1],
                )
            over = dict.fromkeys(visitors, time.monotonic())
            healed = _until(visitors, IS_WELL, over, HEAL_SECONDS_MAX + WAIT_SECONDS_MAX)
        name = f"{name}, {when}"
        return [
            Case(f"{name}: said, last on {said[0]}", said[1], "s", target=SAID_SECONDS_MAX, at_most=True),
            Case(f"{name}: healed, last {healed[0]}", healed[1], "s", target=HEAL_SECONDS_MAX, at_most=True),
        ]

    def _said(self, visitors: Opened, when: When, expected: str) -> tuple[str, float]:
        began = dict.fromkeys(visitors, time.monotonic())
        if when != "open pages":
            for page, visitor in visitors.items():
                began[page] = time.monotonic()
                visitor.page.goto(f"{self.served.url}/{self.addresses[page]}", wait_until="commit")
        return _until(visitors, expected, began, WAIT_SECONDS_MAX)


def measure(theatre: Theatre, browser: Browser, addresses: Mapping[str, str]) -> list[Case]:
    with ExitStack() as ending:
        api = ending.enter_context(theatre.api())
        delay = Delay(int(api.url.rpartition(":")[2]))
        address = ending.enter_context(delay.standing())
        sooner = {"FALAJ_DASHBOARDS_REFRESH_SECONDS": str(REFRESH_SECONDS)}
        served = ending.enter_context(theatre.dashboards(address, **sooner))
        viewed = Viewed(browser, served, addresses)
        troubles: dict[str, Trouble] = {
            "API frozen": lambda: _frozen(api),
            "API gone": lambda: _gone(theatre, api),
        }
        cases = [
            case
            for name, trouble in troubles.items()
            for when in get_args(When)
            for case in viewed.suffer(name, trouble, when)
        ]
        # An open page is late when it refreshes, and one that has everything at hand not at all.
        for when in get_args(When)[1:]:
            cases += viewed.suffer("API slow", lambda: _slow(delay), when, SAYS_OR_IS_WELL)
        return cases


def _until(
    visitors: Opened, script: str, began: Mapping[str, float], seconds_max: float
) -> tuple[str, float]:
    """The page of which it came true last, and after how long; infinite where it did not."""
    waiting, last = dict(visitors), ("", 0.0)
    end = time.monotonic() + seconds_max
    while waiting and time.monotonic() < end:
        for page, visitor in list(waiting.items()):
            if visitor.page.evaluate(script):
                last = max(last, (page, time.monotonic() - began[page]), key=lambda one: one[1])
                del waiting[page]
        time.sleep(LOOK_SECONDS)
    return (", ".join(waiting), float("inf")) if waiting else last


@contextmanager
def _frozen(api: Served) -> Iterator[None]:
    os.kill(api.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(api.pid, signal.SIGCONT)


@contextmanager
def _slow(delay: Delay) -> Iterator[None]:
    delay.seconds = SLOW_SECONDS
    try:
        yield
    finally:
        delay.seconds = 0.0


@contextmanager
def _gone(theatre: Theatre, api: Served) -> Iterator[None]:
    api.child.kill()
    try:
        yield
    finally:
        theatre.start_again(api)
