"""What waits for everybody in the story of the demo: on the start page, and on the pages that it leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any
from uuid import UUID

import pytest

from casework.access.model import ANONYMOUS
from casework.people.model import Visitor
from casework.people.roles.service import find_actor
from casework.people.sessions.service import begin_session
from casework.tasks import service as tasks
from casework.tasks.model import Waiting
from citycore.language import LANGUAGES, catalogue
from hub_api.programme.kit.rendering import WORDS
from programme.registry import NOUNS
from stack.fiction.sign_in import VISITORS
from tests.hub_api.portal.conftest import Browser, Portal
from tests.hub_api.portal.story import portal_of_story

WAITS = {wait.kind: wait for noun in NOUNS if noun.tasks is not None for wait in noun.tasks.waits}
#: What the story leaves to do for those whom its visitors can be.
LEFT = {
    "officer": {"introduction.answer"},
    "judge": {"sheet.mark", "certificate.accept"},
    "captain": {"team.complete"},
    "finance_officer": {"claim.approve_payment"},
    "reviewer": {"review.review"},
    "applicant": {"application.hand_in", "milestone.report"},
    "duty_officer": {"alert.acknowledge"},
}


@pytest.fixture(scope="module")
def portal(postgres: Any, story: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with portal_of_story(postgres, story, tmp_path_factory.mktemp("portal")) as portal:
        yield portal


@pytest.fixture(scope="module")
def told(portal: Portal) -> Mapping[str, UUID]:
    """Everybody in it, by address."""
    rows = portal.store.execute("SELECT email, person_id FROM innovation.people WHERE state = 'active'")
    return dict(rows.fetchall())


def waiting(portal: Portal, person_id: UUID) -> Waiting:
    actor = find_actor(portal.store, person_id, portal.watch())
    with portal.office.programme.session(actor, is_look=True) as session:
        return tasks.of(session)


def signed_in(portal: Portal, person_id: UUID, language: str = "en") -> Browser:
    session = portal.office.programme.call(ANONYMOUS, begin_session, person_id, Visitor("10.9.8.7", "test"))
    browser = portal.browser(language)
    browser.client.cookies.set("falaj_session", session.token)
    return browser


def test_every_kind_has_its_text_and_every_text_a_kind() -> None:
    for language in LANGUAGES:
        texts = {
            key.replace(".task.", ".")
            for package in {machine.package for machine in NOUNS.machines}
            | {wait.machine.package for wait in WAITS.values()}
            for key in catalogue(package).texts[language]
            if ".task." in key
        }
        assert texts == WAITS.keys()


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
    person_id = told[VISITORS["judge"]]
    page = signed_in(portal, person_id, language).get("").text
    found = waiting(portal, person_id)
    assert len(found.counts) > 1
    assert WORDS.text("home.waits.title", language) in page  # type: ignore[arg-type]
    for task in found.tasks:
        assert f'href="/portal{task.path}"' in page
    order = [page.index(WAITS[kind].label.text(language)) for kind in found.counts]  # type: ignore[arg-type]
    assert order == sorted(order)


def test_visitors_and_newcomers_have_nothing_to_do(portal: Portal) -> None:
    nothing, title = WORDS.text("home.waits.nothing", "en"), WORDS.text("home.waits.title", "en")
    assert title not in portal.browser().get("").text
    page = portal.join().browser.get("").text
    assert title in page
    assert nothing in page


def test_what_cannot_be_looked_up_is_left_out_and_said(portal: Portal) -> None:
    newcomer = portal.join()
    with portal.city.database.connect() as owner:
        owner.execute("ALTER TABLE innovation.certificates RENAME TO certificates_away")
        try:
            page = newcomer.browser.get("")
        finally:
            owner.execute("ALTER TABLE innovation.certificates_away RENAME TO certificates")
    assert page.status_code == 200
    assert WORDS.text("home.waits.incomplete", "en") in page.text
    assert WORDS.text("home.waits.nothing", "en") not in page.text
