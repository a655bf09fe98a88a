"""What waits for everybody in the story of the demo: on the start page, and on the pages that it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from uuid import UUID

import pytest

from casework.people.model import Visitor
from casework.people.roles.service import find_actor
from casework.people.sessions.service import begin_session
from casework.tasks import service as tasks
from casework.tasks.model import Waiting
from citycore.language import LANGUAGES
from citycore.store.registry import register
from hackathon.registry import NOUNS
from hub_api.programme.kit.rendering import WORDS
from simulators.city import describe_city
from stack.fiction.service import tell_programme
from stack.fiction.sign_in import VISITORS, prepare_sign_in
from tests.hub_api.portal.conftest import Browser, Portal

KINDS = {wait.kind for noun in NOUNS if noun.tasks is not None for wait in noun.tasks.waits}
#: What the story leaves to do for those whom its visitors can be.
LEFT = {
    "officer": {"challenge.propose"},
    "judge": {"sheet.mark"},
    "programme_officer": {"vendor.verify"},
    "finance_officer": {"claim.approve_payment"},
    "reviewer": {"review.review"},
    "coordinator": {"activity.verify"},
}


@pytest.fixture(scope="module")
def told(portal: Portal) -> Mapping[str, UUID]:
    """Everybody in the story, by address."""
    with portal.city.database.connect() as owner:
        register(owner, *describe_city())
    folder = portal.office.settings.reviewing.folder
    assert folder is not None
    prepare_sign_in(folder.parent)
    assert tell_programme(portal.store, folder.parent, portal.office.url, portal.watch())
    rows = portal.store.execute(
        "SELECT email, person_id FROM innovation.people WHERE state = 'active'"
    ).fetchall()
    return dict(rows)


def waiting(portal: Portal, person_id: UUID) -> Waiting:
    actor = find_actor(portal.store, person_id, portal.watch())
    with portal.office.programme.session(actor, is_look=True) as session:
        return tasks.of(session)


def signed_in(portal: Portal, person_id: UUID, language: str = "en") -> Browser:
    with portal.store.transaction():
        session = begin_session(portal.store, portal.office.desk, person_id, Visitor("10.9.8.7", "test"))
    browser = portal.browser(language)
    browser.client.cookies.set("falaj_session", session.token)
    return browser


def test_every_kind_has_its_text_and_every_text_a_kind() -> None:
    for language in LANGUAGES:
        texts = {
            key.removeprefix("home.waits.") for key in WORDS.texts[language] if key.startswith("home.waits.")
        }
        assert {key for key in texts if "." in key} == KINDS


def test_a_task_leads_to_a_page_of_theirs_that_says_no_less(portal: Portal, told: Mapping[str, UUID]) -> None:
    seen: set[str] = set()
    for email, person_id in told.items():
        found = waiting(portal, person_id)
        if not found.tasks:
            continue
        browser = signed_in(portal, person_id)
        for task in found.tasks:
            answer = browser.get(task.path)
            assert answer.status_code == 200, (email, task)
            if task.titles is not None:
                assert escape(task.titles.shown("en")) in answer.text, (email, task)
        seen |= set(found.counts)
    assert len(seen) >= 12, sorted(seen)


def test_the_story_leaves_something_to_do_for_its_visitors(portal: Portal, told: Mapping[str, UUID]) -> None:
    for visitor, kinds in LEFT.items():
        found = waiting(portal, told[VISITORS[visitor]])
        assert set(found.counts) >= kinds, (visitor, found.counts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_start_page_says_what_waits(portal: Portal, told: Mapping[str, UUID], language: str) -> None:
    person_id = told[VISITORS["programme_officer"]]
    page = signed_in(portal, person_id, language).get("").text
    found = waiting(portal, person_id)
    assert WORDS.text("home.waits.title", language) in page  # type: ignore[arg-type]
    for task in found.tasks:
        assert f'href="/portal{task.path}"' in page
        assert WORDS.text(f"home.waits.{task.kind}", language) in page  # type: ignore[arg-type]
    order = [page.index(WORDS.text(f"home.waits.{kind}", language)) for kind in found.counts]  # type: ignore[arg-type]
    assert order == sorted(order)


def test_visitors_and_newcomers_have_nothing_to_do(portal: Portal) -> None:
    nothing, title = WORDS.text("home.waits.nothing", "en"), WORDS.text("home.waits.title", "en")
    assert title not in portal.browser().get("").text
    page = portal.join().browser.get("").text
    assert title in page
    assert nothing in page
