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


def test_a_page_that_is_built_like_one_before_is_looked_at_for_all_else(house: House, looker: Looker) -> None:
    """Whatever axe would say of it: it said so of the first."""
    url, other = f"{house.url}/portal/offerings", PAGE.replace("Words", "كلمات")
    looker.look_at(PAGE.format(lang="en", body="<hr>"), url, "en")
    with pytest.raises(AssertionError, match="is written in"):
        looker.look_at(other.format(lang="ar", body="<hr>"), url, "en")
    with pytest.raises(AssertionError, match="is written in"):  # left to right
        looker.look_at(other.format(lang="ar", body="<hr>"), url, "ar")
    faulty = PAGE.format(lang="en", body='<hr><img src="/favicon.ico">')
    for _ in range(2):  # what was found stays found
        with pytest.raises(AssertionError, match="shuts people out"):
            looker.look_at(faulty, url, "en")
