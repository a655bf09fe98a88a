"""Recipes of the live stream, while ingest is at work."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from dashboards.screenshot import ARGUMENTS, CHROMIUM
from tests.browser import needs_chromium
from tests.hub_api.guide.conftest import (
    SECONDS_MAX,
    Block,
    bash,
    needs_node,
    node,
    of,
    python,
)

LIVE_ROW = re.compile(
    r"^air-01 2026-11-24T10:00:\S+ 77\.125 ug/m3$|^air-01 2026-11-24 10:00:.* 77\.125 ug/m3$", re.MULTILINE
)


def test_stream(blocks: list[Block], folder: Path, live: None) -> None:
    assert LIVE_ROW.search(python(of(blocks, "stream", "python"), folder))
    curl = of(blocks, "stream", "bash")
    said = [bash(curl, folder)]
    while (
        "event: observations" not in said[-1] and len(said) < 10
    ):  # a busy machine may commit nothing meanwhile
        said.append(bash(curl, folder))
    assert "event: observations" in said[-1]
    assert '"reason":"time_is_over"' in said[-1]


@needs_node
def test_stream_in_javascript(blocks: list[Block], folder: Path, live: None) -> None:
    assert LIVE_ROW.search(node(of(blocks, "stream", "javascript", "fetch"), folder))


@needs_chromium
def test_stream_in_a_browser(blocks: list[Block], hub: str, live: None) -> None:
    from playwright.sync_api import sync_playwright

    block = of(blocks, "stream", "javascript", "browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        # As a page of somebody else has it: what the hub answers itself lets no script of its own speak to anybody.
        page = browser.new_page(bypass_csp=True)
        page.goto(f"{hub}/livez")
        with page.expect_console_message(is_live_row, timeout=SECONDS_MAX * 1000):
            page.evaluate(block.code)
        browser.close()


def is_live_row(message: Any) -> bool:
    return LIVE_ROW.search(message.text) is not None
