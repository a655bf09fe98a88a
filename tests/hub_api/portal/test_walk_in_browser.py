"""Everybody walks along the links that pages show: no page shuts anybody out, in both languages, on a phone and on a desk.

Each time one page of each route is looked at by axe in one language, and in the other, at the other width, for what is too small or too
wide; ``--long`` looks at the pages of every role, by axe in both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from citycore.language import LANGUAGES
from tests.browser import needs_chromium
from tests.hub_api.portal.looks import DESK, PHONE
from tests.hub_api.portal.skeletons import skeleton_of
from tests.hub_api.portal.walking import (
    PAGE_BYTES_MAX,
    SCRIPT_BYTES_MAX,
    TARGET_POINTS_MIN,
    Seen,
    View,
    Walk,
    Walker,
    told_stand,
)

pytestmark = needs_chromium
#: Pages of a route that each role opens for the links on them; and how many roles open what everybody sees.
EACH, EACH_LONG, OPENERS = 1, 2, 3
#: To these no link of the story leads: what only a mail, a code, a kiosk, or the answer to a form leads to, ...
BEHIND_SOMETHING = frozenset(
    [
        "/account/confirm",
        "/account/email",
        "/account/password",
        "/account/sent",
        "/account/identity",
        "/account/identity/go",
        "/account/identity/back",
        "/account/second-factor/app",
        "/account/second-factor/passkey",
        "/account/sign-in/factor",
        "/listeners/stop",
        "/searches/stop",
        "/pictures/{picture_id}/{size}",
        "/certificates/status/{number}",
        "/search",
        "/calls.atom",
        "/needs.atom",
        "/follow/decisions/{decision_id}",
        "/follow/dialogue/{session_id}",
        "/follow/ideas/{idea_id}",
        "/follow/seats/{seat_id}",
        "/follow/statements/{session_id}",
        "/follow/voices/{voice_id}",
        "/follow/voices/{voice_id}/pictures/{picture_id}",
        "/kiosk",
        "/surveys/{survey_id}/kiosk",
        "/surveys/{survey_id}/kiosk/thanks",
        "/surveys/{survey_id}/with-code",
        "/voices/kiosk/{organisation_id}",
        "/voices/kiosk/{organisation_id}/new/{voice_kind}",
        "/voices/kiosk/{organisation_id}/number",
        "/desk/voices/called",
        "/account/sources/{source}/ask",
    ]
)
#: ... and what is of a state in which nothing stands there now.
OF_ANOTHER_STATE = frozenset(
    [
        "/calls/{call_id}/desk/copies/{copy_id}",
        "/calls/{call_id}/desk/copies/{copy_id}/files/{place}",
        "/calls/{call_id}/desk/panel.csv",
        "/calls/{call_id}/desk/reviewers/{reviewer_id}",
        "/desk/alert-rules/{rule}",
        "/desk/alert-rules/{rule}/edit",
        "/desk/offerings/{offering_id}",
        "/desk/vendors/{vendor_id}",
        "/desk/surveys/{survey_id}/form",
        "/desk/surveys/{survey_id}/form/export.{kind}",
        "/desk/surveys/{survey_id}/form/preview",
        "/desk/surveys/{survey_id}/form/question",
        "/desk/surveys/{survey_id}/notes/{question}",
        "/desk/voices/{voice_id}/pictures/{picture_id}",
        "/needs/{need_id}/desk/write/{part}",
        "/responses/{response_id}/files/{number}",
        "/reviews/{review_id}/files/{place}",
        "/teams/{team_id}/feedback",
        "/teams/{team_id}/submission",
    ]
)


@pytest.fixture(scope="module")
def walk(
    postgres: Any, story: Any, tmp_path_factory: pytest.TempPathFactory, is_long: bool
) -> Iterator[Walk]:
    walker = Walker()
    with told_stand(postgres, story, tmp_path_factory.mktemp("walk")) as stand:
        walk = Walk(stand, walker, EACH_LONG if is_long else EACH, None if is_long else OPENERS)
        walk.go_everywhere()
        yield walk
    walker.close()


def looked_at(walk: Walk, *, is_long: bool) -> list[Seen]:
    """One page of each route, or of each role and route."""
    return list({(one.role if is_long else "", one.route): one for one in reversed(walk.pages)}.values())


def test_no_page_shuts_anybody_out(walk: Walk, is_long: bool) -> None:
    walk.faults.clear()
    for number, seen in enumerate(looked_at(walk, is_long=is_long)):
        first, second = LANGUAGES[number % 2], LANGUAGES[1 - number % 2]
        with walk.client(seen.role) as client:
            walk.look(client, seen, View(first, PHONE), View(second, DESK, by_axe=is_long))
    routes = len({one.route for one in walk.pages})
    told = f"{len(walk.pages)} pages of {routes} routes, {len(walk.built)} for axe, {walk.alike} built like one of these"
    print(f"{told}; the heaviest: {walk.heaviest}")  # noqa: T201 (shown with -rP)
    assert walk.faults == []


def test_links_lead_where_one_may_go(walk: Walk) -> None:
    assert walk.dead == []


def test_what_is_there_is_led_to(walk: Walk, is_long: bool) -> None:
    """Of the rest, too, only when everybody has gone everywhere."""
    there = {one.path.removeprefix("/portal") for one in walk.routes}
    reached = {one.removeprefix("/portal") for one in walk.reached}
    known = BEHIND_SOMETHING | OF_ANOTHER_STATE
    assert known <= there, "a route that is gone is no exception"
    if is_long:
        assert there - reached <= known
    assert len(reached) > 150


SPECIMEN = (
    '<!doctype html><html lang="en" dir="ltr"><head><title>A page</title><link rel="stylesheet" href="{sheet}"></head>'
    "<body><main><h1>A page</h1><p>Words with <a href='/'>a link</a> within.</p><ul><li>Words</li></ul>{body}</main></body></html>"
)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("", ""),
        ('<p><a class="tiny" href="/">Go</a></p>', "small"),
        (
            '<p><svg width="9" height="9" role="img" aria-label="x"></svg></p><button class="tiny">x</button>',
            "small",
        ),
        ("<hr width='900'>", "wider"),
        ("<h4>Words</h4>", "heading-order"),
        ("<img src='/favicon.ico'>", "image-alt"),
    ],
)
def test_the_walk_finds(walk: Walk, body: str, found: str) -> None:
    source = SPECIMEN.format(sheet="/assets/none.css", body=body)
    faults = walk.walker.faults(source, f"{walk.stand.url}/portal", View("en", PHONE))
    assert (found in " ".join(faults)) if found else faults == [], faults


@pytest.mark.parametrize(
    ("other", "is_alike"),
    [
        ("<ul><li>Other words</li></ul>", True),
        ("<ul><li>Words</li><li>Words</li></ul>", True),
        ("<ul><li></li></ul>", False),
        ("<ul><li class='quiet'>Words</li></ul>", False),
        ("<ul><li role='link'>Words</li></ul>", False),
        ("<ul><li><b>Words</b></li></ul>", False),
        ("<ul><li>Words</li></ul><label for='y'>Words</label><input id='y'>", False),
        ("<ul><li id='x'>Words</li></ul><p id='x'>Words</p>", False),
    ],
)
def test_what_counts_as_built_alike(other: str, is_alike: bool) -> None:
    first = SPECIMEN.format(sheet="", body="<ul><li>Words</li></ul>")
    second = SPECIMEN.format(sheet="", body=other)
    assert (skeleton_of(first) == skeleton_of(second)) == is_alike


@pytest.mark.parametrize(
    ("other", "is_alike"),
    [
        ("<html lang='ar' dir='rtl'><p lang='en' dir='ltr'>Words</p>", True),
        ("<html lang='xx' dir='rtl'><p lang='en'>Words</p>", False),
        ("<html lang='ar' dir='up'><p lang='en' dir='ltr'>Words</p>", False),
        ("<html lang='ar' dir='rtl'><p dir='ltr'>Words</p>", False),
        ("<html lang='ar' dir='rtl'><p lang='en' dir='ltr'></p>", False),
    ],
)
def test_what_counts_as_built_alike_in_any_language(other: str, is_alike: bool) -> None:
    first = "<html lang='en' dir='ltr'><p lang='ar' dir='rtl'>كلمات</p>"
    alike = (skeleton_of(one, is_of_any_language=True) for one in (first, other))
    assert (next(alike) == next(alike)) == is_alike
    assert skeleton_of(first) != skeleton_of(other)


def test_what_a_page_may_weigh() -> None:
    assert (PAGE_BYTES_MAX, SCRIPT_BYTES_MAX, TARGET_POINTS_MIN) == (30 * 1024, 10 * 1024, 24)
