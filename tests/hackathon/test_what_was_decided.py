"""From what was heard to what was done: by whom, with which words, told to whom, and dropped by nothing but a new decision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain, combinations
from uuid import UUID, uuid4

import psycopg
import pytest

from casework.access.model import ANONYMOUS, HUB, SYSTEM, Actor, Grant, Role, Scope, ScopeKind
from casework.audit.service import verify
from casework.decisions import doing, errors, owing, service
from casework.decisions.model import Evidence, Search, Texts
from casework.decisions.noun import HOLDER
from casework.decisions.repository import DECISIONS
from casework.decisions.settings import DecisionSettings
from casework.journeys.model import Heard, Node
from casework.journeys.service import find_journey
from casework.tasks import service as tasks
from casework.workflow.clockwork import run_due
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject, NotAllowed, Refusal, TooLate, WrongField
from casework.working_time.model import Calendar
from casework.working_time.rules import due
from citycore.store.connections import Connection
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.decision_stage import DRAFT, SUNDAY, TEXT, Hub, somebody_heard
from tests.hackathon.machines import store_account


@pytest.fixture
def hub(portal: Connection, programme: Database) -> Iterator[Hub]:
    with programme.connect() as owner:
        yield Hub(portal, owner)


def test_from_what_was_heard_to_what_was_done_and_everybody_is_told_once(hub: Hub) -> None:
    heard, follower = somebody_heard()
    silent = Heard(f"case:{uuid4()}", "", "ar", "")
    decision_id = hub.answered(heard, heard, silent)
    assert hub.mails(heard.email) == ["decisions/heard_answered"]
    hub.claim(decision_id)
    assert (hub.get(decision_id).state, hub.action(decision_id).state) == ("accepted", "claimed")
    hub.verify(decision_id)
    done = hub.get(decision_id)
    assert (done.state, done.outcome, done.done_at) == ("done", "accepted", hub.at)
    assert hub.mails(heard.email) == ["decisions/heard_answered", "decisions/heard_ended"]
    hub.call(follower, doing.dispute, decision_id, "The gate is closed at seven.", done.version)
    assert (hub.get(decision_id).state, hub.action(decision_id).state) == ("disputed", "promised")
    assert hub.call(hub.officer, service.read_dispute, hub.get(decision_id)) == "The gate is closed at seven."
    assert hub.call(ANONYMOUS, service.read_dispute, hub.get(decision_id)) is None
    hub.claim(decision_id)
    hub.verify(decision_id)
    settled = hub.get(decision_id)
    assert (settled.state, settled.state_reason) == ("settled", "done_again")
    assert hub.mails(heard.email) == ["decisions/heard_answered", "decisions/heard_ended"], "its end once"
    lines = hub.portal.execute(
        "SELECT subject FROM innovation.audit WHERE object = %s AND event = 'dispute'", [decision_id]
    ).fetchall()
    assert lines == [(heard.key,)]
    assert verify(hub.portal).findings == ()


@pytest.mark.parametrize(("event", "promises"), [("accept", 1), ("accept_partly", 2), ("reject", 0)])
def test_each_answer_is_of_one_rank(hub: Hub, event: str, promises: int) -> None:
    heard, _ = somebody_heard()
    decision_id = hub.answered(heard, event=event, promises=promises)
    found = hub.get(decision_id)
    assert found.outcome == found.state
    assert hub.mails(heard.email) == ["decisions/heard_answered"]
    listed = hub.call(ANONYMOUS, service.list_decisions, Search(state=found.state))
    assert decision_id in {one.decision_id for one in listed.decisions}
    assert DECISIONS.machine.looks.open.split() == ["accepted", "partly", "rejected"]


def test_what_an_answer_needs(hub: Hub) -> None:
    decision_id = hub.with_owner()

    def refused(event: str) -> str:
        hub.call(hub.officer, service.prepare, decision_id, event, hub.version(decision_id))
        with pytest.raises(errors.DecisionRefusal) as refusal:
            hub.call(hub.second, service.release, decision_id)
        return refusal.value.slug

    assert refused("accept") == "not_answered"
    half = Texts(ar="نص", en="")
    hub.call(hub.officer, service.write_answer, decision_id, half, Texts(), hub.version(decision_id))
    assert refused("reject") == "not_answered", "both languages"
    hub.call(hub.officer, service.write_answer, decision_id, TEXT, Texts(), hub.version(decision_id))
    assert refused("accept") == "nothing_promised"
    assert refused("reject") == "not_reasoned"
    assert refused("accept_partly") == "not_reasoned"
    hub.call(hub.officer, service.prepare, decision_id, "reject", hub.version(decision_id))
    hub.call(hub.officer, service.write_answer, decision_id, TEXT, TEXT, hub.version(decision_id))
    with pytest.raises(ChangedMeanwhile):
        hub.call(hub.second, service.release, decision_id)
    hub.call(hub.officer, service.prepare, decision_id, "reject", hub.version(decision_id))
    with pytest.raises(errors.ReleasedBySame):
        hub.call(hub.officer, service.release, decision_id)
    hub.call(hub.second, service.release, decision_id)
    assert hub.get(decision_id).state == "rejected"
    with pytest.raises(errors.NotEditableNow):
        hub.call(hub.officer, service.write_answer, decision_id, TEXT, TEXT, hub.version(decision_id))


def test_what_comes_before_an_answer(hub: Hub) -> None:
    decision_id: UUID = hub.call(hub.facilitator, service.hear, DRAFT)
    with pytest.raises(errors.NoGround):
        hub.step(hub.facilitator, decision_id, "recommend")
    with pytest.raises(errors.GroundUnknown):
        hub.call(hub.facilitator, service.add_ground, decision_id, Node("need", uuid4()))
    with pytest.raises(errors.GroundUnknown):
        hub.call(hub.facilitator, service.add_ground, decision_id, Node("nothing", uuid4()))
    for ground in (Node("alert", uuid4()), Node("voice", uuid4())):
        hub.call(hub.facilitator, service.add_ground, decision_id, ground)
    with pytest.raises(errors.NotRecommended):
        hub.step(hub.facilitator, decision_id, "recommend")
    hub.call(hub.facilitator, service.write_recommendation, decision_id, TEXT, hub.version(decision_id))
    hub.step(hub.facilitator, decision_id, "recommend")
    with pytest.raises(errors.NoOwner):
        hub.step(hub.programme, decision_id, "assign")
    with pytest.raises(errors.NoOwner):
        hub.call(hub.programme, service.choose_owner, decision_id, uuid4(), hub.version(decision_id))
    hub.call(hub.programme, service.choose_owner, decision_id, hub.agency, hub.version(decision_id))
    hub.step(hub.programme, decision_id, "assign")
    with pytest.raises(errors.NotEditableNow):
        hub.call(hub.facilitator, service.edit, decision_id, DRAFT, hub.version(decision_id))
    with pytest.raises(NotAllowed):
        hub.call(hub.officer, service.hear, DRAFT)
    assert hub.get(hub.call(SYSTEM, service.hear, DRAFT)).state == "heard", "what the clockwork publishes"


def test_an_answer_is_owed_in_working_time_and_everybody_sees_that_it_is_late(hub: Hub) -> None:
    decision_id = hub.with_owner()
    found, calendar = hub.get(decision_id), programme_for(hub.portal).of(Calendar)
    assert found.due_at == due(calendar, SUNDAY, DecisionSettings().answer_minutes)
    late = Search(owner_id=hub.agency, is_overdue=True)
    assert hub.call(ANONYMOUS, service.list_decisions, late).decisions == []
    hub.at = found.due_at
    (overdue,) = hub.call(ANONYMOUS, service.list_decisions, late).decisions
    assert (overdue.decision_id, overdue.is_overdue(hub.at)) == (decision_id, True)


def test_nobody_who_belongs_to_the_owner_verifies_whatever_else_they_are(hub: Hub) -> None:
    """All mixes of the roles that have to do with decisions, in the hub and in both agencies, by everybody."""
    owned = [hub.of(hub.agency, role) for role in (Role.OFFICER, Role.HANDLER)]
    elsewhere = [
        Grant(Role.FACILITATOR),
        Grant(Role.PROGRAMME_OFFICER),
        Grant(Role.ADMINISTRATOR),
        hub.of(hub.other),
    ]
    member = store_account(hub.owner)
    hub.owner.execute(
        "INSERT INTO innovation.memberships (membership_id, organisation_id, person_id, state, state_changed_at,"
        " created_at) VALUES (%s, %s, %s, 'member', %s, %s)",
        [uuid4(), hub.agency, member, hub.at, hub.at],
    )
    stranger = store_account(hub.owner)
    decision_id = hub.answered()
    action_id = hub.claim(decision_id)
    version = hub.action(decision_id).version
    verified = []
    grants = [*owned, *elsewhere]
    for mix in chain.from_iterable(combinations(grants, number) for number in range(len(grants) + 1)):
        for person in (hub.officer.person_id, member, stranger):
            actor = Actor(person, mix)
            is_own = person != stranger or any(grant in owned for grant in mix)
            try:
                with hub.portal.transaction(force_rollback=True):
                    hub.call(actor, doing.check, decision_id, action_id, "verify", version)
                is_done = True
            except (errors.VerifiedByOwner, NotAllowed):
                is_done = False
            if is_done:
                verified.append((person, mix))
                assert not is_own, mix
    assert len(verified) == 12, (
        "a facilitator or programme officer of nobody's, with and without the other roles"
    )
    with pytest.raises(psycopg.errors.CheckViolation):
        hub.owner.execute(
            "UPDATE participation.decision_actions SET verified_by = claimed_by WHERE action_id = %s",
            [action_id],
        )


def test_what_is_sent_back_is_claimed_again(hub: Hub) -> None:
    decision_id = hub.answered(promises=2)
    action_id = hub.claim(decision_id)
    hub.call(
        Actor(hub.facilitator.person_id, hub.facilitator.grants, words="The page shows nothing."),
        doing.check, decision_id, action_id, "send_back", hub.action(decision_id).version,
    )  # fmt: skip
    assert hub.action(decision_id).state == "promised"
    for number in range(2):
        hub.claim(decision_id, number)
        assert hub.get(decision_id).state == "accepted"
        hub.verify(decision_id, number)
    assert hub.get(decision_id).state == "done"


def test_a_released_decision_is_dropped_by_a_new_one_alone(hub: Hub) -> None:
    heard, _ = somebody_heard()
    old = hub.answered(heard, promises=2)
    hub.claim(old, 0)
    for actor in (hub.officer, hub.programme, hub.facilitator):
        with pytest.raises((errors.NotReplaced, NotAllowed)):
            hub.step(actor, old, "supersede")
    for event in ("withdraw", "return", "reject"):
        with pytest.raises(Refusal):
            hub.step(hub.officer, old, event)
    new = hub.answered(event="reject", promises=0, replaces=old)
    assert hub.get(new).replaces_id == old
    dropped = hub.get(old)
    assert (dropped.state, dropped.replaced_by, dropped.outcome) == ("superseded", new, "accepted")
    assert {hub.action(old, number).state for number in range(2)} == {"dropped"}
    assert hub.mails(heard.email) == [
        "decisions/heard_answered", "decisions/heard_answered", "decisions/heard_ended",
    ]  # fmt: skip
    grounds = hub.call(hub.facilitator, service.list_grounds, new)
    assert len(grounds) == 2, "its own, and what the old one stood on"
    with pytest.raises(errors.NotReplaced):
        hub.hear(replaces=hub.hear())


def test_only_those_dispute_it_who_were_heard_and_once_and_in_time(hub: Hub) -> None:
    heard, follower = somebody_heard()
    person = hub.somebody()
    known = Heard(str(person.person_id), "salma@example.com", "ar", "/account")
    decision_id = hub.answered(heard, known)
    hub.claim(decision_id)
    hub.verify(decision_id)
    version = hub.version(decision_id)
    _, other = somebody_heard()
    for stranger in (other, hub.somebody(), ANONYMOUS):
        with pytest.raises(NotAllowed):
            hub.call(stranger, doing.dispute, decision_id, "No.", version)
    with pytest.raises(WrongField):
        hub.call(person, doing.dispute, decision_id, " ", version)
    hub.at += timedelta(days=60)
    with pytest.raises(TooLate):
        hub.call(follower, doing.dispute, decision_id, "No.", version)
    assert run_due(programme_for(hub.portal, lambda: hub.at, hub.nouns), [DECISIONS]) >= 1
    assert hub.get(decision_id).state_reason == "undisputed"
    hub.at = SUNDAY
    second = hub.answered(known)
    hub.claim(second)
    hub.verify(second)
    hub.call(person, doing.dispute, second, "It is closed.", hub.version(second))
    hub.claim(second)
    hub.verify(second)
    with pytest.raises(Refusal):
        hub.call(person, doing.dispute, second, "Again.", hub.version(second))


@pytest.mark.parametrize(
    "link",
    [
        "http://insecure.example/",
        "javascript:alert(1)",
        "ftp://x",
        "/etc/passwd",
        "https://",
        "https://a b",
        "",
    ],
)
def test_evidence_is_a_page_that_everybody_can_open(hub: Hub, link: str) -> None:
    decision_id = hub.answered()
    action = hub.action(decision_id)
    wrong = Evidence(link=link, note_ar="ن", note_en="N")
    with pytest.raises(WrongField):
        hub.call(hub.officer, doing.claim, decision_id, action.action_id, wrong, action.version)


def test_what_waits_for_whom(hub: Hub) -> None:
    def waiting(actor: Actor) -> set[str]:
        return {task.kind for task in hub.call(actor, tasks.of).tasks if task.kind.startswith("decision")}

    hub.owner.execute("DELETE FROM participation.decision_actions")
    hub.owner.execute("DELETE FROM participation.decision_notices")
    hub.owner.execute("DELETE FROM participation.decision_grounds")
    hub.owner.execute("DELETE FROM participation.decisions")
    decision_id = hub.hear()
    assert waiting(hub.facilitator) == {"decision.recommend"}
    elsewhere = Grant(Role.FACILITATOR, Scope(ScopeKind.SESSION, uuid4()))
    assert waiting(hub.somebody(elsewhere)) == set(), "whoever leads one session leads no decisions"
    assert waiting(hub.officer) == set()
    hub.owner.execute("DELETE FROM participation.decision_grounds WHERE decision_id = %s", [decision_id])
    hub.owner.execute("DELETE FROM participation.decisions")
    decision_id = hub.answered()
    assert waiting(hub.officer) == {"decision_action.claim"}
    assert waiting(hub.somebody(hub.of(hub.other))) == set()
    hub.claim(decision_id)
    assert waiting(hub.facilitator) == {"decision_action.verify"}
    own = Actor(hub.officer.person_id, (*hub.officer.grants, Grant(Role.FACILITATOR, HUB)))
    assert waiting(own) == set(), "whoever did it is not asked to verify it"


def test_what_is_owed_is_answered_or_overdue_and_else_it_is_missing(hub: Hub) -> None:
    """A system adds its branch to the view; the invariant asks it."""
    poll, session_id, nothing = uuid4(), uuid4(), uuid4()
    hub.heard |= {poll: [], session_id: []}
    branch = " UNION ALL ".join(
        f"SELECT 'voice', '{one}'::uuid, '2026-11-28T00:00:00Z'::timestamptz"
        for one in (poll, session_id, nothing)
    )
    with hub.owner.transaction(force_rollback=True):
        hub.owner.execute(
            f"CREATE OR REPLACE VIEW participation.owed_answers (kind, object_id, due_at) AS {branch}".encode()
        )
        session = programme_for(hub.owner, lambda: hub.at, hub.nouns)

        def missing() -> set[UUID]:
            return {node.object_id for node in session.call(ANONYMOUS, service.list_missing)}

        assert missing() == {poll, session_id, nothing}
        assert owing.tidy(session) == 3
        assert set_aside(hub) == {f"voice/{one}" for one in (poll, session_id, nothing)}, "operators see it"
        for ground in (poll, session_id):
            session.call(hub.facilitator, service.hear, DRAFT, [Node("voice", ground)])
        assert missing() == {poll, session_id, nothing}, "entered, and neither decided nor late"
        hub.owner.execute(
            "UPDATE innovation.deadlines SET instant = '2026-11-28T00:00:00Z' WHERE name = 'answer_due'"
        )
        assert missing() == {nothing}
        hub.at += timedelta(days=1)
        assert owing.tidy(session) == 1
        assert set_aside(hub) == {f"voice/{nothing}"}
    assert hub.call(ANONYMOUS, service.list_missing) == []


def set_aside(hub: Hub) -> set[str]:
    rows = hub.owner.execute("SELECT subject FROM public.failures WHERE job = 'owed_answers'").fetchall()
    return {subject for (subject,) in rows}


def test_from_a_case_to_its_decision_and_back_is_a_click_each(hub: Hub) -> None:
    """The first click opened the case with its number and code."""
    heard, follower = somebody_heard()
    decision_id = hub.answered(heard)
    (ground,) = hub.call(follower, service.list_grounds, decision_id)
    journey = hub.call(follower, find_journey, hub.nouns.passages["voice"], ground.node.object_id)
    assert [step.seen.path for step in journey] == [
        f"/voices/{ground.node.object_id}", f"/decisions/{decision_id}",
    ]  # fmt: skip
    assert ground.seen.path == f"/voices/{ground.node.object_id}"


def test_what_was_withdrawn_is_nobody_s_business(hub: Hub) -> None:
    decision_id = hub.hear()
    hub.call(hub.facilitator, service.move, decision_id, "withdraw", hub.version(decision_id), "duplicate")
    with pytest.raises(NoSuchObject):
        hub.call(ANONYMOUS, service.get_decision, decision_id)
    with hub.owner.transaction():
        row = hub.owner.execute(
            "SELECT count(*) FROM open_participation.decisions WHERE decision_id = %s", [decision_id]
        ).fetchone()
    assert row == (0,)


def test_what_is_held_about_a_person(hub: Hub) -> None:
    person = hub.somebody()
    known = Heard(str(person.person_id), "x@example.com", "en", "/account")
    decision_id = hub.answered(known)
    hub.claim(decision_id)
    hub.verify(decision_id)
    with hub.portal.transaction():
        entered = {section for section, _ in HOLDER.export(hub.portal, hub.facilitator.person_id)}  # type: ignore[arg-type]
    assert entered == {"decisions_entered", "decision_actions"}
    hub.call(person, doing.dispute, decision_id, "It is closed.", hub.version(decision_id))
    with hub.portal.transaction():
        held = {section for section, _ in HOLDER.export(hub.portal, person.person_id)}  # type: ignore[arg-type]
        assert held == {"decisions_disputed", "decision_notices"}
        HOLDER.erase(hub.portal, person.person_id)  # type: ignore[arg-type]
        assert not list(HOLDER.export(hub.portal, person.person_id))  # type: ignore[arg-type]
    assert hub.call(hub.officer, service.read_dispute, hub.get(decision_id)) == ""


def test_the_log_of_decisions_is_whole_and_says_no_words(hub: Hub) -> None:
    hub.answered(event="reject", promises=0)
    assert verify(hub.portal, "decisions").findings == ()
