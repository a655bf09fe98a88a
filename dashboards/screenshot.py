"""A picture of a page for people: ``python -m dashboards.screenshot URL OUT.png --lang ar``.

A development tool: needs the dev dependency Playwright and a Chromium on this machine.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from urllib.parse import urlencode

CHROMIUM = "/usr/bin/chromium-headless-shell"
#: Chromium as a guest of this machine only: nothing is looked up, updated or reported.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
WAIT_MS_MAX = 60_000
SETTLE_MS = 1_500
#: No one of these may be left when the page is ready.
UNFINISHED = '[data-testid="stSkeleton"], [data-testid="stSpinner"], [data-testid="stStatusWidget"]'


def take(url: str, out: Path, size: tuple[int, int], *, dark: bool, full: bool) -> None:
    """Open the page, wait until it is drawn, write the picture. Playwright's errors go up."""
    from playwright.sync_api import sync_playwright

    width, height = size
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        page.goto(url, timeout=WAIT_MS_MAX)
        page.wait_for_selector(
            '[data-testid="stVegaLiteChart"] :is(svg, canvas), [data-testid="stAlert"]', timeout=WAIT_MS_MAX
        )
        page.wait_for_function(f"!document.querySelector('{UNFINISHED}')", timeout=WAIT_MS_MAX)
        page.wait_for_timeout(SETTLE_MS)
        if full:
            page.set_viewport_size({"width": width, "height": _height(page.evaluate(CONTENT_HEIGHT), height)})
            page.wait_for_timeout(SETTLE_MS)
        page.screenshot(path=out)
        browser.close()


#: Streamlit scrolls inside its main section, so a full-page picture needs a window of its height.
CONTENT_HEIGHT = "document.querySelector('[data-testid=\"stMain\"]').scrollHeight"


def _height(content: int, least: int) -> int:
    return max(least, content + 10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="a page of the running dashboards")
    parser.add_argument("out", type=Path, help="the PNG to write")
    parser.add_argument("--lang", choices=("en", "ar"), default="en")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=800)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--full", action="store_true", help="as tall as the page is")
    chosen = parser.parse_args()
    url = f"{chosen.url}{'&' if '?' in chosen.url else '?'}{urlencode({'lang': chosen.lang})}"
    take(url, chosen.out, (chosen.width, chosen.height), dark=chosen.dark, full=chosen.full)


if __name__ == "__main__":
    main()
