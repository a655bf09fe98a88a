"""Dialogue: from a question to a decision, from an idea to the public, and from votes to groups that are there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from psycopg.errors import CheckViolation

from casework.access.model import ANONYMOUS, Actor, Grant, Role, Scope, ScopeKind
from casework.admission import seats
from casework.admission.model import Taker
from casework.decisions import service as decisions
from casework.decisions.model import Draft, Search
from casework.follow_up.model import Followed
from casework.follow_up.settings import FollowUpSettings
from casework.journeys.model import Node
from casework.programme import Session
from casework.statistics.settings import StatisticsSettings
from casework.workflow.clockwork import run_due
from casework.workflow.errors import NoSuchObject, NotAllowed, NotInThisState, TooEarly, WrongField
from citycore.store.connections import Connection
from participation.dialogue import errors, ideas, service, voting
from participation.dialogue.model import (
    AgendaLine,
    Idea,
    NewIdea,
    NewRecommendation,
    Plan,
    Statement,
    Talk,
    Texts,
    Times,
    Vote,
    Wanted,
)
from participation.dialogue.noun import HOLDER
from participation.dialogue.repository import find_votes
from participation.dialogue.rules import (
    body_digest,
    has_passage,
    next_statement,
    participant,
    read_browser,
    sign_browser,
    why_no_voting,
    wrong_idea,
    wrong_plan,
)
from participation.dialogue.settings import DialogueSettings
from tests.hackathon.calling import programme_for
from tests.hackathon.machines import store_account, store_agency

#: A Tuesday at noon in Muscat.
NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AGENCY = UUID(int=80)
PLAN = Plan(
    decider_id=AGENCY, title_ar="ساعات الحديقة", title_en="Hours of the park", question_ar="متى تُفتح الحديقة؟",
    question_en="When should the park be open?", place_ar="مكتبة السيب", place_en="Library of Seeb", seats=2,
    agenda=(AgendaLine(minutes=30, subject_ar="نقاش", subject_en="Discussion", speaker="مديرة الحديقة"),),
)  # fmt: skip
TIMES = Times(NOON + DAY, NOON + DAY + 2 * HOUR)
SUMMARY = Texts(
    ar="قال الحضور إن الحديقة\nتُغلق مبكرًا.", en="Those present said that the park closes too early."
)
SAID = NewRecommendation(
    title_ar="فتح الحديقة مساءً", title_en="Open the park in the evening", passage_ar="الحديقة تُغلق مبكرًا",
    passage_en="the park closes too early", text_ar="تُفتح حتى ٢٢", text_en="Open it until 22:00",
)  # fmt: skip
IDEA = NewIdea(title="ظل على الطريق", body="أشجار على جانبي طريق المدرسة.", byline="أم سالم")


class Scene:
    """An agency that decides, those who lead and moderate, and a clock that the test turns."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self.now = connection, NOON
        store_agency(connection, AGENCY)
        self.programme = programme_for(connection, lambda: self.now, FollowUpSettings(key="ab" * 32))  # type: ignore[arg-type]
        self.facilitator = self.somebody(Role.FACILITATOR)
        self.officer = self.somebody(Role.PROGRAMME_OFFICER)
        self.moderators = [self.somebody(Role.MODERATOR) for _ in range(2)]

    def somebody(self, *roles: Role) -> Actor:
        return Actor(store_account(self.connection), tuple(Grant(role) for role in roles))

    def within(self, actor: Actor = ANONYMOUS) -> Session:
        return self.programme.within(self.connection, actor)

    @property
    def lead(self) -> Session:
        return self.within(self.facilitator)

    def talk(self, session_id: UUID) -> Talk:
        return service.get_talk(self.lead, session_id)

    def announced(self, **changes: Any) -> UUID:
        session_id = service.create(self.lead, replace(PLAN, **changes), TIMES)
        service.move(self.lead, session_id, "announce", None)
        return session_id

    def pass_by(self, time: timedelta) -> None:
        self.now += time
        run_due(self.programme, [service.SESSIONS, ideas.IDEAS, seats.SEATS])

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

    def mails(self) -> Counter[str]:
        rows = self.connection.execute("SELECT template FROM innovation.outbox").fetchall()
        return Counter(template for (template,) in rows)


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
    assert scene.mails()["dialogue/summary_open"] == scene.mails()["dialogue/published"] == 2


def test_a_recommendation_has_an_owner_a_date_and_a_state_and_everybody_sees_that_it_is_late(
    scene: Scene,
) -> None:
    session_id = scene.summed_up()
    drafted = service.recommend(scene.lead, session_id, SAID)
    scene.pass_by(7 * DAY)
    decision_id = service.agree(scene.within(scene.officer), session_id, drafted)
    service.move(scene.lead, session_id, "publish", None)
    [shown] = service.list_recommendations(scene.within(), session_id)
    assert (shown.owner.en, shown.state) == ("Agency", "with_owner")
    assert decisions.list_missing(scene.lead) == []
    assert shown.due_at is not None
    assert not shown.is_overdue(scene.now)
    scene.now = shown.due_at
    [late_one] = service.list_recommendations(scene.within(), session_id)
    assert late_one.is_overdue(scene.now)
    overdue = decisions.list_decisions(scene.within(), Search(is_overdue=True)).decisions
    assert [one.decision_id for one in overdue] == [decision_id]
    assert decisions.list_missing(scene.lead) == []


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


def test_an_idea_is_held_appealed_once_and_decided_by_another(scene: Scene) -> None:
    author = scene.somebody()
    idea_id = scene.idea(author)
    first, second = (scene.within(one) for one in scene.moderators)
    assert [one.idea_id for one in ideas.list_queue(first)] == [idea_id]
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
    log = {(one.step, one.rule.value, one.number) for one in ideas.list_moderations(scene.within())}
    assert log == {("hold", "two_claims", 1), ("uphold", "insult", 1)}
    assert scene.mails() == Counter(
        {"dialogue/idea_received": 1, "dialogue/idea_held": 1, "dialogue/idea_refused": 1}
    )


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
    assert {one.step for one in ideas.list_moderations(scene.within())} == {"hold", "overturn"}


def test_nobody_moderates_their_own_idea_or_outside_their_session(scene: Scene) -> None:
    session_id = scene.announced()
    idea_id = scene.idea(scene.moderators[0], session_id=session_id)
    own = scene.within(scene.moderators[0])
    with pytest.raises(errors.IdeaOwn):
        ideas.move(own, idea_id, "admit", None)
    assert ideas.list_queue(own) == []
    here = Actor(
        store_account(scene.connection), (Grant(Role.MODERATOR, Scope(ScopeKind.SESSION, session_id)),)
    )
    other = scene.idea()
    with pytest.raises(NotAllowed):
        ideas.move(scene.within(here), other, "admit", None)
    assert [one.idea_id for one in ideas.list_queue(scene.within(here))] == [idea_id]
    ideas.move(scene.within(here), idea_id, "admit", None)


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
    with pytest.raises(errors.BrowserUnknown):
        ideas.support(scene.within(), idea_id, None)
    for _ in range(2):
        ideas.support(scene.within(person), idea_id, "one")
        for token in ("one", "two"):
            ideas.support(scene.within(), idea_id, token)
    assert (scene.look(idea_id).support.accounts, scene.look(idea_id).support.browsers) == (1, 2)
    assert ideas.has_supported(scene.within(), idea_id, "two")
    assert not ideas.has_supported(scene.within(), idea_id, "three")
    main = scene.admitted(body="y")
    ideas.support(scene.lead, main, None)
    ideas.merge(scene.within(scene.moderators[0]), idea_id, main, scene.look(idea_id).version)
    assert scene.look(main).support.accounts == 1, "support is never moved"
    assert [one.support.browsers for one in ideas.list_origins(scene.within(), main)] == [2]
    with pytest.raises(errors.IdeaNotSupportable):
        ideas.support(scene.lead, idea_id, None)


def test_brigading_is_flagged(scene: Scene) -> None:
    burst, alike, quiet = scene.admitted(), scene.admitted(body="x"), scene.admitted(body="y")
    limits = DialogueSettings()
    for number in range(limits.burst_supports):
        ideas.support(scene.within(), burst, f"t{number}")
        scene.now += HOUR if number % 2 else timedelta(0)
        ideas.support(scene.within(), quiet, f"t{number}")
    assert ideas.list_flagged(scene.lead) == []
    scene.now += HOUR
    for number in range(limits.burst_supports):
        ideas.support(scene.within(), burst, f"u{number}")
    for text in (" X ", "x\n"):
        scene.admitted(body=text)
    flagged = {one.idea_id: one.support for one in ideas.list_flagged(scene.lead)}
    assert len(flagged) == 4
    assert quiet not in flagged
    assert flagged[burst].in_an_hour == limits.burst_supports
    assert flagged[alike].alike == 2


def test_an_answer_to_an_idea_is_a_decision(scene: Scene) -> None:
    idea_id, lead = scene.admitted(email="a@example.om"), scene.lead
    with pytest.raises(errors.IdeaWithoutDecision):
        ideas.move(lead, idea_id, "answer", None)
    draft = Draft(title_ar="ع", title_en="T", heard_ar="س", heard_en="H")
    decisions.hear(lead, draft, [Node("idea", idea_id)])
    ideas.move(lead, idea_id, "answer", None)
    assert scene.mails()["dialogue/idea_answered"] == 1
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
    found = next(wrong_idea(replace(IDEA, **change), DialogueSettings()), None)
    assert (None if found is None else found.details["field"].key) == (field and f"field.{field}")


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


def test_texts_that_differ_in_spelling_alone_are_one() -> None:
    assert body_digest("الحديقة  مُغلقة\n") == body_digest("الحديقه مغلقة")
    assert body_digest("a") != body_digest("b")
    assert has_passage("a  b\nc", "b c")
    assert not has_passage("ab", "a b")


def test_a_browser_counts_as_another_in_each_thing_and_cannot_be_made_up() -> None:
    shown = sign_browser(b"k", "token-_1")
    assert read_browser(b"k", shown) == "token-_1"
    for wrong in ("", ".", shown + "x", shown.replace("1", "2"), "token-_1", "ع." + shown):
        assert read_browser(b"k", wrong) is None
    one, other = UUID(int=1), UUID(int=2)
    assert len({participant(b"k", "a", one), participant(b"k", "a", other), participant(b"k", "b", one)}) == 3


def test_statements_that_were_seen_less_are_shown_more() -> None:
    known = [UUID(int=number) for number in range(1, 6)]
    seen = dict.fromkeys(known, 9) | {known[0]: 0}
    drawn = Counter(next_statement(1, UUID(int=1_000 + voter), seen, ()) for voter in range(2_000))
    # Its share is 1 of 1 + 4/10, the others' a tenth of that.
    assert abs(drawn[known[0]] / 2_000 - 1 / 1.4) < 0.04
    assert next_statement(1, UUID(int=5), seen, ()) == next_statement(1, UUID(int=5), seen, ())
    assert next_statement(1, UUID(int=5), seen, known[:4]) == known[4]
    assert next_statement(1, UUID(int=5), seen, known) is None


@pytest.mark.parametrize(
    ("count", "seeds", "refusal"),
    [(6, 0, errors.StatementsTooFew), (10, 2, None), (10, 3, errors.SeedsTooMany)],
)
def test_few_statements_are_those_of_officials(count: int, seeds: int, refusal: type | None) -> None:
    known = [Statement(uuid4(), place, None if place < seeds else uuid4(), SUMMARY) for place in range(count)]
    found = why_no_voting(known, DialogueSettings())
    assert (None if found is None else type(found)) is refusal


def in_voting(scene: Scene, count: int = 10) -> tuple[UUID, list[Statement]]:
    """A session with a voting on ideas, and two seeds."""
    session_id = scene.announced()
    for number in range(count):
        texts = Texts(ar=f"ع {number}", en=f"S {number}")
        idea_id = scene.admitted(session_id=session_id, body=f"b {number}") if number > 1 else None
        voting.add_statement(scene.lead, session_id, texts, idea_id)
    voting.open_voting(scene.lead, session_id, 5)
    return session_id, voting.list_statements(scene.lead, session_id)


def test_votes_know_nobody_and_nothing_of_them_is_known_before_the_end(
    scene: Scene, owner: Connection
) -> None:
    session_id, _ = in_voting(scene)
    lines = owner.execute("SELECT count(*) FROM innovation.audit").fetchone()
    voter = scene.within()
    shown = voting.turn(voter, session_id, "t").statement
    assert shown is not None
    voting.vote(voter, session_id, "t", shown.statement_id, Vote.AGREE)
    voting.vote(voter, session_id, "t", shown.statement_id, Vote.DISAGREE)
    assert [vote for _, _, vote in find_votes(owner, session_id)] == [1], "the first word counts"
    after = voting.turn(voter, session_id, "t")
    assert (after.seen, after.count, after.statement == shown) == (1, 10, False)
    assert lines == owner.execute("SELECT count(*) FROM innovation.audit").fetchone()
    columns = owner.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'statement_votes'"
    ).fetchall()
    assert {name for (name,) in columns} == {"statement_id", "voter", "vote"}
    with pytest.raises(errors.VoteStillOpen):
        voting.count(scene.lead, session_id)
    with pytest.raises(errors.VoteOpened):
        voting.add_statement(scene.lead, session_id, SUMMARY)
    assert voting.find_outcome(voter, session_id) is None
    with pytest.raises(NotAllowed):
        voting.list_statements(voter, session_id)
    before = {voter for voter, _, _ in find_votes(owner, session_id)}
    scene.now += 5 * DAY
    with pytest.raises(errors.VoteNotOpen):
        voting.vote(voter, session_id, "u", shown.statement_id, Vote.AGREE)
    voting.count(scene.lead, session_id)
    found = voting.find_outcome(voter, session_id)
    assert found is not None
    assert found.is_too_few
    assert not before & {voter for voter, _, _ in find_votes(owner, session_id)}
    with pytest.raises(errors.VoteOpened):
        voting.count(scene.lead, session_id)


@pytest.mark.parametrize("groups", [0, 2])
def test_groups_are_told_where_there_are_some_and_else_that_there_are_none(
    scene: Scene, owner: Connection, groups: int
) -> None:
    session_id, statements = in_voting(scene)
    chance, rows = np.random.default_rng(3), []
    for person in range(80):
        for place, one in enumerate(statements):
            leaning = 0.5 if not groups or place == 9 else (0.95 if (person + place) % 2 else 0.05)
            agrees = chance.random() < (0.9 if place == 9 else leaning)
            rows.append((one.statement_id, UUID(int=person + 1), 1 if agrees else -1))
    owner.cursor().executemany("INSERT INTO participation.statement_votes VALUES (%s, %s, %s)", rows)
    scene.programme._parts[StatisticsSettings] = StatisticsSettings(groups_max=3)
    scene.now += 5 * DAY
    voting.count(scene.lead, session_id)
    found = voting.find_outcome(scene.within(), session_id)
    assert found is not None
    assert len(found.groups) == groups
    assert ("no_groups_found" if not groups else "groups_found") in found.release.document
    assert next(number for number, option, _ in found.consensus if option == "all_agree") == 10
    share = found.shares[10, 0, "agree"]
    assert share is not None
    assert 0.8 < share < 1
    assert ((1, 1, "agree") in found.shares) == bool(groups)


def test_what_is_held_about_people_and_what_is_left_of_it(scene: Scene, owner: Connection) -> None:
    author = scene.somebody()
    idea_id = scene.idea(author)
    ideas.move(scene.within(scene.moderators[0]), idea_id, "admit", None)
    ideas.support(scene.within(author), idea_id, None)
    person_id = author.person_id
    assert person_id is not None
    assert {section for section, _ in HOLDER.export(owner, person_id)} == {"ideas", "idea_supports"}
    assert sum(one.rows for one in HOLDER.erase(owner, person_id)) == 2
    assert list(HOLDER.export(owner, person_id)) == []
    left = scene.look(idea_id)
    assert (left.said.byline, left.said.title, left.support.accounts) == ("", IDEA.title, 1)
