"""Sessions: from a question to a decision, by those who lead them and those who were there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.errors import CheckViolation

from casework.access.model import ANONYMOUS, Actor, Grant, Role
from casework.admission import seats
from casework.admission.model import Taker
from casework.decisions import service as decisions
from casework.decisions.model import Search, Texts
from casework.follow_up.model import Followed
from casework.journeys.model import Node
from casework.programme import Session
from casework.themes import service as themes
from casework.themes.model import Coding, Theme, Topic
from casework.themes.telling import find_told, tell
from casework.workflow.errors import NoSuchObject, NotAllowed, TooEarly, WrongField
from citycore.store.connections import Connection
from participation.dialogue import errors, service
from participation.dialogue.model import Talk, Times
from participation.dialogue.rules import has_passage, wrong_plan
from participation.dialogue.settings import DialogueSettings
from participation.ideas import service as ideas
from participation.ideas.model import Idea
from tests.hackathon.dialogue_specimens import DECIDER, PLAN, SAID, SUMMARY, TIMES
from tests.hackathon.idea_specimens import IDEA
from tests.hackathon.machines import store_account
from tests.participation.stage import DAY, HOUR, NOON, Stage


class Scene(Stage):
    """An agency that decides, and those who lead and moderate."""

    bindings = (service.SESSIONS, ideas.IDEAS, seats.SEATS)

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, (DECIDER,))
        self.facilitator = self.somebody(Grant(Role.FACILITATOR))
        self.officer = self.somebody(Grant(Role.PROGRAMME_OFFICER))
        self.moderators = [self.somebody(Grant(Role.MODERATOR)) for _ in range(2)]

    @property
    def lead(self) -> Session:
        return self.within(self.facilitator)

    def talk(self, session_id: UUID) -> Talk:
        return service.get_talk(self.lead, session_id)

    def announced(self, **changes: Any) -> UUID:
        session_id = service.create(self.lead, replace(PLAN, **changes), TIMES)
        service.move(self.lead, session_id, "announce", None)
        return session_id

    def held(self, *people: UUID) -> UUID:
        """A session at which these people were there."""
        session_id = self.announced()
        for person_id in people:
            seat = seats.ask(self.within(Actor(person_id)), session_id, Taker("S", "ar", person_id=person_id))
            self.now = TIMES.begins
            seats.move(self.lead, seat.seat_id, "check_in", None)
        self.now = TIMES.begins
        self.pass_by(timedelta(0))
        self.pass_by(2 * HOUR)
        return session_id

    def summed_up(self, *people: UUID) -> UUID:
        session_id = self.held(*people)
        service.write_summary(self.lead, session_id, SUMMARY, "", self.talk(session_id).version)
        service.move(self.lead, session_id, "open_summary", None)
        return session_id

    def idea(self, author: Actor = ANONYMOUS, **changes: Any) -> UUID:
        return ideas.submit(self.within(author), replace(IDEA, **changes), "ar").idea_id

    def admitted(self, **changes: Any) -> UUID:
        idea_id = self.idea(**changes)
        ideas.move(self.within(self.moderators[0]), idea_id, "admit", None)
        return idea_id

    def look(self, idea_id: UUID) -> Idea:
        return ideas.get_idea(self.within(self.moderators[0]), idea_id)


@pytest.fixture
def scene(owner: Connection) -> Scene:
    return Scene(owner)


def test_a_question_goes_all_the_way_to_a_decision(scene: Scene) -> None:
    session_id = service.create(scene.lead, PLAN, TIMES)
    with pytest.raises(NoSuchObject):
        service.get_talk(scene.within(), session_id)
    service.move(scene.lead, session_id, "announce", None)
    resident = scene.somebody()
    by_account = seats.ask(
        scene.within(resident), session_id, Taker("Salim", "en", person_id=resident.person_id)
    )
    by_code = seats.ask(scene.within(), session_id, Taker("مريم", "ar", email="m@example.om"))
    late = seats.ask(scene.within(), session_id, Taker("علي", "ar"))
    assert [by_account.state, by_code.state, late.state] == ["confirmed", "confirmed", "waiting"]
    scene.now = TIMES.begins
    scene.pass_by(timedelta(0))
    for seat in (by_account, by_code):
        seats.move(scene.lead, seat.seat_id, "check_in", None)
    scene.pass_by(2 * HOUR)
    held = scene.talk(session_id)
    assert (held.state, held.summary_due_at) == ("held", datetime(2026, 12, 13, 3, 30, tzinfo=UTC))
    with pytest.raises(errors.SummaryNotWhole):
        service.move(scene.lead, session_id, "open_summary", None)
    assert [held.is_late(scene.now), held.is_late(held.summary_due_at)] == [False, True]
    service.write_summary(scene.lead, session_id, SUMMARY, "https://example.om/v", held.version)
    service.move(scene.lead, session_id, "open_summary", None)
    follower = scene.within(Followed("seat", by_code.seat_id).actor)
    service.propose(follower, session_id, "… قبل الغروب", "هكذا قيل")
    service.propose(scene.within(resident), session_id, "… at 18:00", "To be exact")
    first, second = service.list_amendments(scene.within(), session_id)
    service.settle(scene.lead, session_id, first.amendment_id, "نعم", is_taken=True)
    with pytest.raises(errors.AmendmentSettled):
        service.settle(scene.lead, session_id, first.amendment_id, "لا", is_taken=False)
    drafted = service.recommend(scene.lead, session_id, SAID)
    assert service.list_recommendations(scene.within(), session_id) == []
    with pytest.raises(errors.SummaryNotOpen):
        service.agree(scene.within(scene.officer), session_id, drafted)
    scene.pass_by(7 * DAY)
    with pytest.raises(errors.AmendmentsOpen):
        service.move(scene.lead, session_id, "publish", None)
    service.settle(scene.lead, session_id, second.amendment_id, "No hour was said", is_taken=False)
    with pytest.raises(errors.NothingRecommended):
        service.move(scene.lead, session_id, "publish", None)
    with pytest.raises(NotAllowed):
        service.agree(scene.lead, session_id, drafted)
    decision_id = service.agree(scene.within(scene.officer), session_id, drafted)
    assert service.agree(scene.within(scene.officer), session_id, drafted) == decision_id
    service.move(scene.lead, session_id, "publish", None)
    [shown] = service.list_recommendations(scene.within(), session_id)
    assert (shown.decision_id, shown.state, shown.owner.en) == (decision_id, "with_owner", "Agency")
    decision = decisions.get_decision(scene.within(), decision_id)
    assert (decision.recommendation.en, decision.draft.heard_ar) == (SAID.text_en, SAID.passage_ar)
    assert scene.mailed("summary_open") == scene.mailed("published") == 2


def test_everybody_sees_that_an_answer_is_late(scene: Scene) -> None:
    session_id = scene.summed_up()
    drafted = service.recommend(scene.lead, session_id, SAID)
    scene.pass_by(7 * DAY)
    decision_id = service.agree(scene.within(scene.officer), session_id, drafted)
    service.move(scene.lead, session_id, "publish", None)
    assert decisions.list_missing(scene.lead) == []
    [shown] = service.list_recommendations(scene.within(), session_id)
    assert shown.due_at is not None
    assert not shown.is_overdue(scene.now)
    assert shown.is_overdue(shown.due_at)
    scene.now = shown.due_at
    overdue = decisions.list_decisions(scene.within(), Search(is_overdue=True)).decisions
    assert [one.decision_id for one in overdue] == [decision_id]


def test_what_is_published_without_a_decision_is_missed(scene: Scene, owner: Connection) -> None:
    session_id = scene.summed_up()
    scene.pass_by(7 * DAY)
    none = Texts(ar="لم يُقترح شيء", en="Nothing was proposed")
    service.write_none(scene.lead, session_id, none, scene.talk(session_id).version)
    service.move(scene.lead, session_id, "publish", None)
    assert decisions.list_missing(scene.lead) == []
    owner.execute("UPDATE participation.dialogue_sessions SET none_because_ar = '', none_because_en = ''")
    assert decisions.list_missing(scene.lead) == [Node("session", session_id)]


def test_both_languages_are_a_guard_of_publishing_and_a_constraint(scene: Scene, owner: Connection) -> None:
    session_id = scene.summed_up()
    service.write_summary(
        scene.lead, session_id, replace(SUMMARY, en=" "), "", scene.talk(session_id).version
    )
    with pytest.raises(TooEarly):
        service.move(scene.lead, session_id, "publish", None)
    scene.pass_by(7 * DAY)
    with pytest.raises(errors.SummaryNotWhole):
        service.move(scene.lead, session_id, "publish", None)
    with pytest.raises(CheckViolation):
        owner.execute("UPDATE participation.dialogue_sessions SET state = 'published', published_at = now()")


def test_only_those_who_were_there_amend_the_summary_while_it_is_open(scene: Scene) -> None:
    there, away = store_account(scene.connection), store_account(scene.connection)
    session_id = scene.summed_up(there)
    for actor in (Actor(away), ANONYMOUS, scene.facilitator, Followed("seat", uuid4()).actor):
        with pytest.raises(errors.WasNotThere):
            service.propose(scene.within(actor), session_id, "x", "y")
    for _ in range(DialogueSettings().amendments_max):
        service.propose(scene.within(Actor(there)), session_id, "x", "y")
    with pytest.raises(errors.AmendmentsFull):
        service.propose(scene.within(Actor(there)), session_id, "x", "y")
    scene.pass_by(7 * DAY)
    with pytest.raises(errors.SummaryNotOpen):
        service.propose(scene.within(Actor(there)), session_id, "x", "y")


def test_nobody_agrees_with_themselves_and_words_come_from_the_summary(scene: Scene) -> None:
    session_id = scene.summed_up()
    with pytest.raises(WrongField):
        service.recommend(scene.lead, session_id, replace(SAID, passage_en="the park is fine"))
    with pytest.raises(WrongField):
        service.recommend(scene.lead, session_id, replace(SAID, passage_ar="", passage_en=""))
    both = scene.within(scene.officer)
    own = service.recommend(both, session_id, SAID)
    scene.pass_by(7 * DAY)
    with pytest.raises(errors.AgreedBySame):
        service.agree(both, session_id, own)
    idea_id = scene.admitted()
    from_idea = replace(SAID, passage_ar="", passage_en="", ideas=(idea_id,))
    decision_id = service.agree(both, session_id, service.recommend(scene.lead, session_id, from_idea))
    grounds = {step.node for step in decisions.list_grounds(both, decision_id)}
    assert grounds == {Node("session", session_id), Node("idea", idea_id)}
    service.drop(both, session_id, own)
    assert len(service.list_recommendations(both, session_id)) == 1


def test_notes_are_sorted_and_what_a_person_said_of_one_stays(scene: Scene) -> None:
    session_id, texts = scene.summed_up(), {"shade": "ظل أشجار على الطريق", "light": "إضاءة المصابيح ليلًا"}
    ideas = {
        name: [scene.admitted(session_id=session_id, title=text, body=f"{text} {n}") for n in range(7)]
        for name, text in texts.items()
    }
    topic, lead = Topic(session_id, "said"), scene.lead
    notes = service.list_notes(scene.within(), session_id)
    assert [*notes.values()].count("تُغلق مبكرًا.") == 1, "a line of the summary"
    for code in texts:
        themes.name_theme(lead, topic, Theme(code, code, code))
    by_hand = [Coding(one, code) for code in texts for one in ideas[code][:6]]
    other = Coding(ideas["shade"][6], "light")
    themes.code(lead, topic, notes, [*by_hand, other])
    assert find_told(scene.within(), topic) is None
    tell(lead, topic, notes)
    told = find_told(scene.within(), topic)
    assert told is not None
    assert told.checked is not None
    assert [(theme.code, number) for theme, number in told.numbers] == [("light", 8), ("shade", 6)]
    assert (told.notes, told.rest, told.checked.checked, told.checked.right) == (len(notes), 2, 13, 12)
    themes.code(lead, topic, notes, [Coding(one, None) for one in ideas["shade"][:2]])
    tell(lead, topic, notes)
    told = find_told(scene.within(), topic)
    assert told is not None
    assert [theme.code for theme, _ in told.numbers] == ["light"], "of four notes nobody is told"


def test_a_session_is_fixed_once_announced_and_tells_those_with_seats_when_it_is_called_off(
    scene: Scene,
) -> None:
    session_id = scene.announced()
    seats.ask(scene.within(), session_id, Taker("مريم", "ar", email="m@example.om"))
    with pytest.raises(errors.SessionFixed):
        service.edit(scene.lead, session_id, PLAN, TIMES, scene.talk(session_id).version)
    service.move(scene.lead, session_id, "cancel", None, "no_place")
    assert seats.count_seats(scene.lead, session_id) == {"gone": 1}
    assert service.get_talk(scene.within(), session_id).state_reason == "no_place"
    drafted = service.create(scene.lead, replace(PLAN, agenda=()), TIMES)
    with pytest.raises(errors.SessionWithoutAgenda):
        service.move(scene.lead, drafted, "announce", None)
    with pytest.raises(NotAllowed):
        service.create(scene.within(scene.moderators[0]), PLAN, TIMES)


@pytest.mark.parametrize(
    ("change", "times", "field"),
    [
        ({}, TIMES, None),
        ({"title_en": ""}, TIMES, "title_en"),
        ({"seats": 0}, TIMES, "seats"),
        ({"online_link": "http://a.om"}, TIMES, "online_link"),
        ({"online_link": "https://[a"}, TIMES, "online_link"),
        ({"agenda": (replace(PLAN.agenda[0], minutes=0),)}, TIMES, "minutes"),
        ({"agenda": PLAN.agenda * 31}, TIMES, "agenda"),
        ({}, Times(NOON, NOON + HOUR), "ends"),
        ({}, Times(NOON + HOUR, NOON + HOUR), "ends"),
    ],
)
def test_the_limits_of_sessions(change: dict[str, Any], times: Times, field: str | None) -> None:
    found = next(wrong_plan(replace(PLAN, **change), times, DialogueSettings(), NOON), None)
    assert (None if found is None else found.details["field"].key) == (field and f"field.{field}")


def test_words_of_a_summary_are_found_however_its_lines_break() -> None:
    assert has_passage("a  b\nc", "b c")
    assert not has_passage("ab", "a b")
