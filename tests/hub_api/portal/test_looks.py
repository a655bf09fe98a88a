"""A look at a page finds what it looks for."""

from __future__ import annotations

import pytest

from tests.browser import needs_chromium
from tests.hub_api.portal.looks import Looker
from tests.hub_api.portal.stand import House

pytestmark = needs_chromium
PAGE = (
    '<!doctype html><html lang="{lang}" dir="ltr"><head><title>A page</title></head>'
    '<body><main><h1>A page</h1><ul><li>Words</li></ul>{body}<p><a href="/">Back</a></p></main></body></html>'
)


@pytest.mark.parametrize(("lang", "body", "found"), [
    ("en", "", None),
    ("ar", "", "is written in"),
    ("en", '<img src="/favicon.ico">', "shuts people out: .*image-alt"),
    ("en", '<p><font color="#ddd">Words</font></p>', "shuts people out: .*color-contrast"),
    ("en", "<h3>Words</h3>", "leaves out a level of headings"),
    ("en", '<hr width="900">', "wider than the window: {'desk': 0, 'phone'"),
    ("en", '<img src="http://127.0.0.2:9/x.png" alt="">', "asks others|Content Security Policy"),
    ("en", '<p style="color: black">Words</p>', "Content Security Policy"),
    ("en", "<script>document.title = 'x'</script>", "Content Security Policy"),
])  # fmt: skip
def test_it_finds(house: House, looker: Looker, lang: str, body: str, found: str | None) -> None:
    source, url = PAGE.format(lang=lang, body=body), f"{house.url}/portal/offerings"
    if found is None:
        looker.look_at(source, url, "en")
        return
    with pytest.raises(AssertionError, match=found):
        looker.look_at(source, url, "en")
