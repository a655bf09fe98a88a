"""Ideas: moderated by published rules, supported once a participant, never changed under those who support them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from casework.access.model import ANONYMOUS, Actor, Grant, Role, Scope, ScopeKind
from casework.admission.errors import BrowserUnknown
from casework.decisions import service as decisions
from casework.decisions.model import Draft
from casework.follow_up.model import Followed
from casework.journeys.model import Node
from casework.lists.rules import wanted_of
from casework.lists.service import read
from casework.moderation.service import list_log
from casework.people.errors import InvalidAddress
from casework.programme import Session
from casework.reach.service import list_reach
from casework.supports.noun import HOLDER as SUPPORTS
from casework.supports.service import has_supported
from casework.supports.settings import SupportSettings
from casework.workflow.errors import NoSuchObject, NotAllowed, NotInThisState
from citycore.store.connections import Connection
from participation.ideas import errors
from participation.ideas import service as ideas
from participation.ideas.model import Wanted
from participation.ideas.noun import HOLDER
from participation.ideas.rules import body_digest, wrong_idea
from participation.ideas.settings import IdeaSettings
from tests.casework.test_reach import SAID as LIKES
from tests.hackathon.idea_specimens import IDEA
from tests.hackathon.machines import store_account
from tests.participation.stage import DAY, HOUR
from tests.participation.test_dialogue import Scene


@pytest.fixture
def scene(owner: Connection) -> Scene:
    return Scene(owner)


def queue(session: Session) -> list[UUID]:
    """What waits for a moderator."""
    return [row["idea_id"] for row in read(session, ideas.DESK, wanted_of(ideas.DESK, {})).rows]


def test_an_idea_is_held_appealed_once_and_decided_by_another(scene: Scene) -> None:
    author = scene.somebody()
    idea_id = scene.idea(author)
    first, second = (scene.within(one) for one in scene.moderators)
    assert queue(first) == [idea_id]
    for stranger in (ANONYMOUS, scene.somebody()):
        with pytest.raises(NoSuchObject):
            ideas.get_idea(scene.within(stranger), idea_id)
    ideas.move(first, idea_id, "hold", None, "two_claims")
    with pytest.raises(NotAllowed):
        ideas.move(scene.within(scene.somebody()), idea_id, "appeal", None)
    ideas.move(scene.within(author), idea_id, "appeal", None)
    with pytest.raises(errors.IdeaDecidedBySame):
        ideas.move(first, idea_id, "admit", None)
    ideas.move(second, idea_id, "refuse", None, "insult")
    with pytest.raises(NotInThisState):
        ideas.move(scene.within(author), idea_id, "appeal", None)
    log = {(one.step, one.rule.value, one.number) for one in list_log(scene.within())}
    assert log == {("hold", "two_claims", 1), ("uphold", "insult", 1)}
    assert sorted(name for _, name in scene.mails()) == ["idea_held", "idea_received", "idea_refused"]


def test_an_appeal_by_number_and_code_can_succeed_and_silence_ends_it(scene: Scene) -> None:
    idea_id, silent = scene.idea(), scene.idea(body="x")
    first, second = (scene.within(one) for one in scene.moderators)
    for one in (idea_id, silent):
        ideas.move(first, one, "hold", None, "off_topic")
    ideas.move(scene.within(Followed("idea", idea_id).actor), idea_id, "appeal", None)
    ideas.move(second, idea_id, "admit", None)
    assert scene.look(idea_id).state == "open"
    scene.pass_by(14 * DAY)
    assert (scene.look(silent).state, scene.look(silent).state_reason) == ("refused", "not_appealed")
    assert {one.step for one in list_log(scene.within())} == {"hold", "overturn"}


def test_nobody_moderates_their_own_idea_or_outside_their_session(scene: Scene) -> None:
    session_id = scene.announced()
    idea_id = scene.idea(scene.moderators[0], session_id=session_id)
    own = scene.within(scene.moderators[0])
    with pytest.raises(errors.IdeaOwn):
        ideas.move(own, idea_id, "admit", None)
    assert queue(own) == []
    here = Actor(
        store_account(scene.connection), (Grant(Role.MODERATOR, Scope(ScopeKind.SESSION, session_id)),)
    )
    other = scene.idea()
    with pytest.raises(NotAllowed):
        ideas.move(scene.within(here), other, "admit", None)
    assert queue(scene.within(here)) == [idea_id]
    ideas.move(scene.within(here), idea_id, "admit", None)


def test_a_page_that_is_sent_again_is_one_idea_with_the_same_number_and_code(scene: Scene) -> None:
    once = uuid4()
    first, again = (
        ideas.submit(scene.within(), replace(IDEA, title=title, email="a@b.om"), "ar", once) for title in "ab"
    )
    assert again == (*first[:2], True)
    assert (scene.look(first.idea_id).said.title, len(scene.mails())) == ("a", 1)
    assert ideas.submit(scene.within(), IDEA, "ar", uuid4()).idea_id != first.idea_id


def test_what_others_have_read_is_not_edited(scene: Scene) -> None:
    author = scene.somebody()
    idea_id, said = scene.idea(author), replace(IDEA, title="ظل")
    ideas.edit(scene.within(author), idea_id, said, 1)
    ideas.move(scene.within(scene.moderators[0]), idea_id, "admit", None)
    ideas.support(scene.lead, idea_id, None)
    with pytest.raises(errors.IdeaNotEditable):
        ideas.edit(scene.within(author), idea_id, replace(said, title="شيء آخر"), 3)
    assert scene.look(idea_id).said.title == "ظل"


def test_support_counts_once_a_participant_and_browsers_apart(scene: Scene) -> None:
    idea_id, person = scene.admitted(), scene.somebody()
    with pytest.raises(BrowserUnknown):
        ideas.support(scene.within(), idea_id, None)
    for _ in range(2):
        ideas.support(scene.within(person), idea_id, "one")
        for token in ("one", "two"):
            ideas.support(scene.within(), idea_id, token)
    assert (scene.look(idea_id).support.accounts, scene.look(idea_id).support.browsers) == (1, 2)
    assert has_supported(scene.within(), idea_id, "two")
    assert not has_supported(scene.within(), idea_id, "three")
    main = scene.admitted(body="y")
    ideas.support(scene.lead, main, None)
    ideas.merge(scene.within(scene.moderators[0]), idea_id, main, scene.look(idea_id).version)
    assert scene.look(main).support.accounts == 1, "support is never moved"
    assert [one.support.browsers for one in ideas.list_origins(scene.within(), main)] == [2]
    with pytest.raises(errors.IdeaNotSupportable):
        ideas.support(scene.lead, idea_id, None)


def test_brigading_is_flagged(scene: Scene) -> None:
    rushed, alike, quiet = scene.admitted(), scene.admitted(body="x"), scene.admitted(body="y")
    burst = SupportSettings().burst
    for number in range(burst):
        ideas.support(scene.within(), rushed, f"t{number}")
        scene.now += HOUR if number % 2 else timedelta(0)
        ideas.support(scene.within(), quiet, f"t{number}")
    assert ideas.list_flagged(scene.lead) == []
    scene.now += HOUR
    for number in range(burst):
        ideas.support(scene.within(), rushed, f"u{number}")
    for text in (" X ", "x\n"):
        scene.admitted(body=text)
    flagged = {one.idea_id: one for one in ideas.list_flagged(scene.lead)}
    assert len(flagged) == 4
    assert quiet not in flagged
    assert flagged[rushed].support.in_an_hour == burst
    assert flagged[alike].alike == 2


def test_reach_is_the_newest_number_of_a_source_and_no_support(scene: Scene) -> None:
    idea_id, lead = scene.admitted(), scene.lead
    with pytest.raises(NotAllowed):
        ideas.REACH.enter(scene.within(scene.moderators[0]), idea_id, LIKES)
    day = LIKES.counted_on
    for said in (LIKES, replace(LIKES, number=5_000, counted_on=day + DAY), replace(LIKES, number=4_700)):
        scene.now += DAY
        ideas.REACH.enter(lead, idea_id, said)
    [shown] = list_reach(scene.within(), idea_id)
    assert shown.said.number == 5_000
    ideas.REACH.remove(lead, idea_id, shown.reach_id)
    assert [one.said.number for one in list_reach(scene.within(), idea_id)] == [4_700]
    assert (scene.look(idea_id).support.accounts, scene.look(idea_id).support.browsers) == (0, 0)


def test_an_answer_to_an_idea_is_a_decision(scene: Scene) -> None:
    idea_id, lead = scene.admitted(email="a@example.om"), scene.lead
    with pytest.raises(errors.IdeaWithoutDecision):
        ideas.move(lead, idea_id, "answer", None)
    draft = Draft(title_ar="ع", title_en="T", heard_ar="س", heard_en="H")
    decisions.hear(lead, draft, [Node("idea", idea_id)])
    ideas.move(lead, idea_id, "answer", None)
    assert scene.mailed("idea_answered") == 1
    [found], _ = ideas.list_ideas(scene.within(), Wanted(words="المدرسه"), None)
    assert (found.idea_id, found.state) == (idea_id, "answered")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, None),
        ({"title": "t" * 121}, "title"),
        ({"body": " "}, "body"),
        ({"body": "b" * 2_001}, "body"),
        ({"byline": "n" * 61}, "byline"),
    ],
)
def test_the_limits_of_ideas(change: dict[str, Any], field: str | None) -> None:
    found = next(wrong_idea(replace(IDEA, **change), IdeaSettings()), None)
    assert (None if found is None else found.details["field"].key) == (field and f"field.{field}")


def test_texts_that_differ_in_spelling_alone_are_one() -> None:
    assert body_digest("الحديقة  مُغلقة\n") == body_digest("الحديقه مغلقة")
    assert body_digest("a") != body_digest("b")


def test_what_is_held_about_people_and_what_is_left_of_it(scene: Scene, owner: Connection) -> None:
    author = scene.somebody()
    idea_id = scene.idea(author)
    ideas.move(scene.within(scene.moderators[0]), idea_id, "admit", None)
    ideas.support(scene.within(author), idea_id, None)
    person_id = author.person_id
    assert person_id is not None
    assert {section for section, _ in HOLDER.export(owner, person_id)} == {"ideas"}
    assert {section for section, _ in SUPPORTS.export(owner, person_id)} == {"idea_supports"}
    assert [sum(one.rows for one in held.erase(owner, person_id)) for held in (HOLDER, SUPPORTS)] == [1, 1]
    assert list(HOLDER.export(owner, person_id)) == []
    left = scene.look(idea_id)
    assert (left.said.byline, left.said.title, left.support.accounts) == ("", IDEA.title, 1)


def test_an_address_that_nobody_can_write_to_is_refused(scene: Scene) -> None:
    with pytest.raises(InvalidAddress):
        scene.idea(email="no address")
