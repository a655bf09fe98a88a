"""What cannot be taken back asks once: at every machine, in both languages, and whatever the form says."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import uuid4

import pytest

from casework.access.model import HUB, Actor, Role
from casework.workflow.errors import NotConfirmed
from casework.workflow.model import Machine, Transition
from casework.workflow.rules import require_asked
from citycore.language import LANGUAGES
from hub_api.programme.kit.asking.question import CALLED, deed_text
from programme.registry import MACHINES
from tests.hub_api.portal.conftest import QUESTION, Portal, Somebody
from tests.hub_api.portal.town import create, found

SOMEBODY, SURE = Actor(uuid4(), asks_first=True), Actor(uuid4())
#: What people do themselves; the clockwork is asked nothing.
STEPS = [
    pytest.param(machine, step, id=f"{machine.name}-{step.source}-{step.event}")
    for machine in MACHINES
    for step in machine.transitions
    if step.roles != {Role.SYSTEM}
]
#: Deeds that are no steps of a workflow.
OTHERS = ("access_token.revoke", "team_key.revoke", "role.revoke", "offering.discard", "award.offer")


def asked(
    machine: Machine[Any], step: Transition[Any], actor: Actor, *, releasing: bool = False
) -> str | None:
    try:
        require_asked(machine, step, actor, uuid4(), releasing=releasing)
    except NotConfirmed as question:
        return f"{question.kind}.{question.deed}"
    return None


def assert_words(deed: str) -> None:
    kind, _, name = deed.partition(".")
    assert len({deed_text(kind, name, language) for language in LANGUAGES}) == len(LANGUAGES)
    assert kind in CALLED


@pytest.mark.parametrize(("machine", "step"), STEPS)
def test_every_step_without_a_way_out_asks_and_says_what_it_does(
    machine: Machine[Any], step: Transition[Any]
):
    is_end = not any(other.source == step.target for other in machine.transitions)
    deed = asked(machine, step, SOMEBODY, releasing=bool(step.prepared_by))
    if (
        is_end
        or step.prepared_by
        or step.event in {"cancel", "reject", "decline", "revoke", "award", "approve_payment"}
    ):
        assert deed is not None
    assert asked(machine, step, SURE) is None, "programs mean what they send"
    if deed is not None:
        assert_words(deed)


@pytest.mark.parametrize("deed", OTHERS)
def test_what_is_no_step_has_its_words_too(deed: str):
    assert_words(deed)


def test_what_a_deed_is_about_can_be_looked_up_with_the_rights_of_the_portal(portal: Portal):
    for query in CALLED.values():
        found_rows = portal.store.execute(query, {"object_id": uuid4()}).fetchall()
        assert found_rows == []


def state(portal: Portal, hackathon_id: str) -> tuple[str, int, str | None]:
    row = portal.store.execute(
        "SELECT state, version, state_reason FROM innovation.hackathons WHERE hackathon_id = %s",
        [hackathon_id],
    ).fetchone()
    assert row is not None
    return row


def question_of(page: str) -> dict[str, str]:
    """The fields that the question would send."""
    form = page.partition(QUESTION)[2].partition("</form>")[0]
    found_fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: html.unescape(value) for name, value in found_fields}


@pytest.fixture(scope="module")
def organiser(portal: Portal) -> Somebody:
    return portal.appoint(Role.ORGANISER, HUB, "asker")


def test_a_hackathon_is_cancelled_by_the_answer_and_not_by_the_button(portal: Portal, organiser: Somebody):
    hackathon = create(portal, organiser, "askfirst")
    path, fields = f"/hackathons/{hackathon}/step", {"event": "cancel", "version": "1", "reason": "no_venue"}
    page = f"http://hub.test/portal/hackathons/{hackathon}/desk"

    first = organiser.browser.send_once(path, fields, headers={"Referer": page})
    assert first.status_code == 200
    assert state(portal, hackathon) == ("draft", 1, None)
    for text in (
        "Cancel the hackathon?",
        "Heat hackathon",
        "cannot be undone",
        "The venue is not available",
        ">Cancel the hackathon</button>",
        f'href="/portal/hackathons/{hackathon}/desk"',
    ):
        assert text in first.text, text

    answer = organiser.browser.send_once(path, question_of(first.text))
    assert answer.status_code == 303
    assert state(portal, hackathon) == ("cancelled", 2, "no_venue")


def test_the_question_is_in_the_language_of_its_reader(portal: Portal, organiser: Somebody):
    hackathon = create(portal, organiser, "askarabic")
    fields = {"event": "cancel", "version": "1", "reason": "no_venue"}
    shown = organiser.browser.send_once(f"/hackathons/{hackathon}/step?lang=ar", fields).text
    for text in ("إلغاء الهاكاثون؟", "هاكاثون الحر", "لا يمكن التراجع عن هذه الخطوة"):
        assert text in shown


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"event": "cancel", "version": "7", "reason": "no_venue"}, 409),
        ({"event": "cancel", "version": "1"}, 409),
        ({"event": "finalise", "version": "1"}, 409),
    ],
    ids=["changed meanwhile", "no reason", "not possible now"],
)
def test_what_is_not_possible_is_refused_and_not_asked(
    portal: Portal, organiser: Somebody, fields: dict[str, str], status: int
):
    hackathon = create(portal, organiser, f"refused{len(str(fields))}")
    answer = organiser.browser.send_once(f"/hackathons/{hackathon}/step", fields)
    assert answer.status_code == status
    assert QUESTION not in answer.text


def test_a_stranger_is_not_asked_and_learns_nothing(portal: Portal, organiser: Somebody):
    hackathon = create(portal, organiser, "askstranger")
    stranger = portal.join("stranger")
    fields = {"event": "cancel", "version": "1", "reason": "no_venue"}
    answer = stranger.browser.send_once(f"/hackathons/{hackathon}/step", fields)
    assert (answer.status_code, QUESTION in answer.text, "Heat hackathon" in answer.text) == (
        403,
        False,
        False,
    )


def test_an_answer_needs_the_token_of_the_browser_too(portal: Portal, organiser: Somebody):
    hackathon = create(portal, organiser, "askforeign")
    fields = {"event": "cancel", "version": "1", "reason": "no_venue", "sure": "1", "form_token": "other"}
    assert organiser.browser.send_once(f"/hackathons/{hackathon}/step", fields).status_code == 403
    assert state(portal, hackathon)[0] == "draft"


def test_what_may_be_taken_back_is_done_at_once(portal: Portal):
    chief, officer = portal.appoint(Role.ADMINISTRATOR, HUB, "chief"), portal.join("officer")
    agency = found(portal, officer, "Atonce")
    answer = chief.browser.send_once(f"/organisations/{agency}/step", {"event": "verify", "version": "1"})
    assert answer.status_code == 303


def test_a_role_is_taken_away_once_somebody_says_so(portal: Portal):
    chief, editor = (
        portal.appoint(Role.ADMINISTRATOR, HUB, "chief"),
        portal.appoint(Role.EDITOR, HUB, "editor"),
    )
    row = portal.store.execute(
        "SELECT grant_id FROM innovation.role_grants WHERE person_id = %s", [editor.person_id]
    ).fetchone()
    assert row is not None
    fields = {"person": str(editor.person_id)}
    first = chief.browser.send_once(f"/desk/grants/{row[0]}/revoke", fields)
    assert (first.status_code, "Take the role away" in first.text) == (200, True)
    held = "SELECT revoked_at IS NULL FROM innovation.role_grants WHERE grant_id = %s"
    assert portal.store.execute(held, row).fetchone() == (True,)
    assert (
        chief.browser.send_once(f"/desk/grants/{row[0]}/revoke", question_of(first.text)).status_code == 303
    )
    assert portal.store.execute(held, row).fetchone() == (False,)


@pytest.mark.parametrize(
    "asked_on",
    [
        "https://elsewhere.example/portal",
        "//elsewhere.example/portal",
        "/v1/things",
        "/portal\\x",
        "//[x",
    ],
)
def test_the_way_back_leads_to_a_page_of_ours(portal: Portal, organiser: Somebody, asked_on: str):
    hackathon = create(portal, organiser, f"back{abs(hash(asked_on)) % 10**6}")
    fields = {"event": "cancel", "version": "1", "reason": "no_venue", "asked_on": asked_on}
    shown = organiser.browser.send_once(f"/hackathons/{hackathon}/step", fields).text
    assert asked_on not in html.unescape(shown)
    assert '<a class="button" href="/portal">' in shown
