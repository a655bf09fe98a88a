"""Everybody walks along the links that pages show: no page shuts anybody out, in both languages, on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from citycore.language import LANGUAGES
from tests.browser import needs_chromium
from tests.hub_api.portal.looks import DESK, PHONE
from tests.hub_api.portal.walking import Seen, Walk, Walker, told_stand

pytestmark = needs_chromium
#: Pages of a route that each role opens for the links on them.
EACH, EACH_LONG = 1, 4


@pytest.fixture(scope="module")
def walk(postgres: Any, tmp_path_factory: pytest.TempPathFactory, is_long: bool) -> Iterator[Walk]:
    walker = Walker()
    with told_stand(postgres, tmp_path_factory.mktemp("walk")) as stand:
        walk = Walk(stand, walker, EACH_LONG if is_long else EACH)
        walk.go_everywhere()
        yield walk
    walker.close()


def test_all(walk: Walk, is_long: bool, wire: None) -> None:
    import time
    t=time.time()
    firsts={}
    for one in walk.pages: firsts.setdefault(one.route, one)
    print(len(walk.pages), len(firsts), len(walk.reached), sorted({r.path for r in walk.routes}-walk.reached))
    looks=list(product(LANGUAGES,(PHONE,DESK)))
    for n, seen in enumerate(firsts.values()):
        with walk.client(seen.role) as client:
            walk.walker.sign_in(walk.tokens[seen.role], walk.stand.url)
            for language, size in ((LANGUAGES[n%2],PHONE),(LANGUAGES[1-n%2],DESK)):
                walk.look(seen, language, size, client)
    print(time.time()-t, walk.heaviest)
    print("\n".join(walk.faults))
    assert 0
