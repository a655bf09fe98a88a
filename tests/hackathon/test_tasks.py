"""What waits for whom: each noun says it, the most urgent comes first, and nothing is told that pages do not tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from casework.access.model import ANONYMOUS, HUB, Actor, Grant, Role, Scope, ScopeKind
from casework.noun import Noun, Nouns
from casework.programme import Programme
from casework.tasks import service as tasks
from casework.tasks.model import SELF, Rest, Task, Wait, Waiting
from casework.tasks.rules import most_urgent, values_for
from casework.tasks.settings import TaskSettings
from casework.workflow.model import Machine
from citycore.store.connections import Connection
from hackathon.contest.jury import judges
from hackathon.contest.submissions import writing
from hackathon.funding.reviewing import reviewers
from hackathon.market.needs import asking
from programme.registry import NOUNS
from tests.conftest import Database
from tests.hackathon.award_specimens import NOON
from tests.hackathon.award_stage import Play
from tests.hackathon.calling import programme_for
from tests.hackathon.need_stage import ABOUT, NeedStage
from tests.hackathon.reviewing_stage import ReviewingStage
from tests.hackathon.stage import DATES, DAY, Stage
from tests.hackathon.test_award_conflicts import apply_with, belong_to_who_applied, declare_a_conflict

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)
WAITS = [
    (noun, wait)
    for noun in NOUNS
    if noun.tasks is not None
    for wait in noun.tasks.waits
    if isinstance(wait.machine, Machine)
]


def unsaid(noun: Noun) -> set[str]:
    """States out of which people can take a step, of which the noun says neither for whom they wait nor why not.

    What is new is never stored: it is gone with its transaction if its first step is refused.
    """
    known: list[Wait | Rest] = [] if noun.tasks is None else [*noun.tasks.waits, *noun.tasks.rests]
    said = {(one.machine.name, state) for one in known for state in one.states}
    return {
        f"{machine.name}.{step.source}"
        for machine in (binding.machine for binding in noun.bindings)
        for step in machine.transitions
        if step.roles - {Role.SYSTEM} and step.source != "new" and (machine.name, step.source) not in said
    }


@pytest.mark.parametrize("noun", list(NOUNS), ids=lambda noun: noun.name)
def test_of_every_state_it_is_said_whom_it_waits_for_or_why_nobody(noun: Noun) -> None:
    assert unsaid(noun) == set()
    assert (noun.tasks is not None) == bool(noun.bindings) or noun.name in {"alerts", "sources"}, (
        "sensors raise and clear alerts, and sources have no machine"
    )
    for rest in () if noun.tasks is None else noun.tasks.rests:
        assert rest.why.endswith(".")
        assert {state.name for state in rest.machine.states} >= set(rest.states)


def test_a_noun_that_says_nothing_is_found() -> None:
    needs = next(noun for noun in NOUNS if noun.name == "needs")
    assert "need.under_review" in unsaid(replace(needs, tasks=None))
    assert needs.tasks is not None
    fewer = tuple(wait for wait in needs.tasks.waits if wait.step != "evaluate")
    assert unsaid(replace(needs, tasks=replace(needs.tasks, waits=fewer))) == {"need.evaluating"}


@pytest.mark.parametrize(("noun", "wait"), WAITS, ids=lambda one: getattr(one, "kind", ""))
def test_whom_a_state_waits_for_can_do_something_there(noun: Noun, wait: Wait) -> None:
    machine = wait.machine
    assert isinstance(machine, Machine)
    for state in wait.states:
        able = {
            role
            for step in machine.transitions
            for role in step.roles | step.prepared_by
            if step.source == state
        }
        assert machine.state(state).is_terminal or able & wait.roles, state
    assert noun.tasks is not None
    assert [one.step for one in noun.tasks.waits].count(wait.step) == 1


def task(**of: object) -> Task:
    known = {
        "kind": "need.review", "object_id": uuid4(), "titles": None, "state": "under_review", "due": None,
        "since": NOW, "path": "/", "number": 1, "total": 1,
    }  # fmt: skip
    return Task(**(known | of))  # type: ignore[arg-type]


def test_what_is_overdue_comes_first_then_what_is_due_then_what_waits_longest() -> None:
    new, old = task(since=NOW), task(since=NOW - DAY, kind="need.answer", total=7)
    overdue, soon, late = (task(due=NOW + DAY * days) for days in (-1, 1, 20))
    waiting = most_urgent([new, late, old, soon, overdue])
    assert waiting.tasks == (overdue, soon, late, old, new)
    assert waiting.counts == {"need.review": 1, "need.answer": 7}
    assert list(waiting.counts) == ["need.review", "need.answer"]
    assert waiting.of_kind("need.answer") == (old,)


def test_a_noun_is_asked_only_for_those_whom_it_can_concern() -> None:
    machine = next(machine for machine in NOUNS.machines if machine.name == "need")
    review = Wait(machine, "review", ("under_review",), frozenset({Role.PROGRAMME_OFFICER}))
    submit = Wait(machine, "submit", ("draft",), frozenset({Role.OFFICER}))
    agency = Scope(ScopeKind.ORGANISATION, uuid4())
    officer = Actor(uuid4(), (Grant(Role.OFFICER, agency),))
    assert values_for(officer, [review]) == {}
    assert values_for(officer, [review, submit]) == {
        "review": [], "review_of": [], "submit": ["draft"], "submit_of": [agency.object_id],
    }  # fmt: skip
    everywhere = Actor(uuid4(), (Grant(Role.PROGRAMME_OFFICER, HUB),))
    assert values_for(everywhere, [review]) == {"review": ["under_review"], "review_of": None}
    own = Wait(machine, "own", ("draft",), SELF)
    assert values_for(Actor(uuid4()), [own]) == {"own": ["draft"], "own_of": []}


def waiting(programme: Programme, actor: Actor) -> Waiting:
    with programme.session(actor, is_look=True) as session:
        return tasks.of(session)


def kinds(programme: Programme, actor: Actor) -> dict[str, int]:
    return waiting(programme, actor).counts


def everything() -> Actor:
    """Somebody with every role there is."""
    return Actor(uuid4(), tuple(Grant(role) for role in Role if role not in {Role.SYSTEM, Role.VISITOR}))


@pytest.mark.parametrize("noun", list(NOUNS), ids=lambda noun: noun.name)
def test_every_statement_runs_and_visitors_have_nothing_to_do(portal: Connection, noun: Noun) -> None:
    programme = Programme(programme_for(portal).connect, lambda: NOW, (Nouns([noun]),))
    assert waiting(programme, everything()) == waiting(programme, ANONYMOUS) == Waiting()


def test_each_noun_is_asked_once_and_only_if_it_can_concern_somebody(
    portal: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    execute: Callable[..., Any] = psycopg.Cursor.execute

    def counting(cursor: Any, query: Any, *rest: Any, **options: Any) -> Any:
        sent.append(str(query))
        return execute(cursor, query, *rest, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", counting)
    programme = programme_for(portal, lambda: NOW)
    waiting(programme, Actor(uuid4()))
    # What anybody can be asked to: an invitation of each kind, a certificate, an appointment and its activities.
    assert sum("AS placed" in one for one in sent) == 8
    sent.clear()
    waiting(programme, everything())
    assert sum("AS placed" in one for one in sent) == sum(
        bool(noun.tasks and noun.tasks.waits) for noun in NOUNS
    )


@pytest.fixture
def stage(programme: Database, portal: Connection, tmp_path: Path) -> Iterator[Stage]:
    with programme.connect() as owner:
        yield Stage(portal, owner, folder=tmp_path / "files")


@pytest.fixture
def reviewing(programme: Database, portal: Connection, tmp_path: Path) -> Iterator[ReviewingStage]:
    with programme.connect() as owner:
        yield ReviewingStage(portal, owner, tmp_path / "files")


@pytest.fixture
def needs(programme: Database, portal: Connection) -> Iterator[NeedStage]:
    with programme.connect() as owner:
        yield NeedStage(portal, owner)


def organiser_of(stage: Stage, person_id: UUID | None = None) -> Actor:
    return Actor(
        person_id or stage.person(), (Grant(Role.ORGANISER, Scope(ScopeKind.HACKATHON, stage.hackathon_id)),)
    )


def test_a_team_is_told_that_it_can_begin_and_until_when(stage: Stage) -> None:
    stage.until("registration_opens")
    team = stage.complete_team()
    captain = stage.captain(team)
    assert "submission.hand_in" not in kinds(stage.programme, captain)
    stage.until("starts")
    (own,) = waiting(stage.programme, stage.captain(team)).of_kind("submission.hand_in")
    assert own.path == f"/teams/{team.team_id}/submission"
    assert own.due == DATES["submissions_close"]
    draft = stage.draft(team)
    (own,) = waiting(stage.programme, stage.captain(team)).of_kind("submission.hand_in")
    assert own.path == f"/submissions/{draft.submission_id}"
    stage.call(stage.captain(team), writing.submit, draft.submission_id, draft.version)
    assert "submission.hand_in" not in kinds(stage.programme, stage.captain(team))


def test_a_judge_hears_nothing_of_a_team_with_a_conflict(stage: Stage) -> None:
    stage.judged_by(1)
    judge = stage.judge()
    teams, _ = stage.judging(2)
    stage.assign()
    actor = stage.actor(judge.person_id)
    (own,) = waiting(stage.programme, actor).of_kind("sheet.mark")
    assert (own.number, own.path) == (2, f"/hackathons/{stage.hackathon_id}/judging")
    stage.call(actor, judges.declare_interest, stage.hackathon_id, teams[0].team_id)
    assert kinds(stage.programme, actor)["sheet.mark"] == 1
    stage.call(actor, judges.declare_interest, stage.hackathon_id, teams[1].team_id)
    assert "sheet.mark" not in kinds(stage.programme, actor)
    # Nor do all sheets that are in, or not, tell an organiser who judges how far the others are.
    assert "hackathon.lead_on" not in kinds(stage.programme, organiser_of(stage, judge.person_id))


def test_an_organiser_who_judges_hears_nothing_of_what_is_screened(stage: Stage) -> None:
    judge = stage.judge()
    stage.until("registration_opens")
    team = stage.complete_team()
    stage.until("starts")
    stage.hand_in(team)
    stage.until("submissions_close")
    assert kinds(stage.programme, organiser_of(stage))["submission.screen"] == 1
    assert "submission.screen" not in kinds(stage.programme, organiser_of(stage, judge.person_id))
    elsewhere = Actor(stage.person(), (Grant(Role.ORGANISER, Scope(ScopeKind.HACKATHON, uuid4())),))
    assert kinds(stage.programme, elsewhere) == {}


def test_a_blind_review_is_nothing_but_a_number(reviewing: ReviewingStage) -> None:
    applied = [reviewing.apply(f"Secret idea {number}") for number in range(2)]
    reviewing.copy_all()
    reviewer, _ = reviewing.reviewer(), reviewing.reviewer()
    reviewing.assign()
    programme = reviewing.programme
    assert reviewer.person_id is not None
    actor = reviewing.actor(reviewer.person_id)
    (own,) = waiting(programme, actor).of_kind("review.review")
    assert own.titles is not None and own.titles.en == "Cooler cities"  # noqa: PT018
    assert (own.number, own.object_id, own.path) == (
        2,
        reviewing.call_id,
        f"/calls/{reviewing.call_id}/reviews",
    )
    for one in applied:
        assert str(one.application_id) not in str(own) and one.reference not in str(own)  # noqa: PT018
    colleague = reviewing.owner.execute(
        "SELECT email FROM innovation.people WHERE person_id = %s", [applied[0].lead]
    ).fetchone()
    assert colleague is not None
    reviewing.call(actor, reviewers.declare_address, reviewing.call_id, colleague[0])
    assert kinds(programme, actor)["review.review"] == 1


def test_an_officer_hears_nothing_of_what_is_their_own_or_hidden(reviewing: ReviewingStage) -> None:
    applied = reviewing.apply(state="screening")
    programme = reviewing.programme

    def officer(person_id: UUID) -> Actor:
        return Actor(person_id, (Grant(Role.PROGRAMME_OFFICER, Scope(ScopeKind.CALL, reviewing.call_id)),))

    assert kinds(programme, officer(reviewing.person()))["application.screen"] == 1
    assert "application.screen" not in kinds(programme, officer(applied.lead))
    reviewer = reviewing.reviewer()
    assert reviewer.person_id is not None
    assert "application.screen" not in kinds(programme, officer(reviewer.person_id))
    colleague, company = reviewing.person(), reviewing.organisation()
    reviewing.belongs(colleague, company)
    reviewing.apply(state="screening", organisation_id=company)
    assert kinds(programme, officer(colleague))["application.screen"] == 1


@pytest.mark.parametrize("conflict", [apply_with, belong_to_who_applied, declare_a_conflict])
def test_an_officer_in_conflict_hears_nothing_of_an_award(
    portal: Connection, programme: Database, conflict: Callable[[Play, Actor], None]
) -> None:
    with programme.connect() as owner:
        play = Play(portal, owner)
        play.begin()
        hub = programme_for(portal, lambda: NOON, TaskSettings(rows_max=1_000))

        def awards() -> set[UUID]:
            return {one.object_id for one in waiting(hub, play.officer).of_kind("award.lead_on")}

        assert play.award_id in awards(), "its milestones are accepted"
        conflict(play, play.officer)
        assert play.award_id not in awards()


def test_nobody_learns_whether_a_sealed_need_was_answered_before_it_closes(needs: NeedStage) -> None:
    sealed = replace(ABOUT, is_sealed=True)
    answered = needs.published(sealed)
    key = needs.keys[needs.officer]
    quiet = needs.published(sealed)
    needs.begin(answered, needs.rival)
    of_rival = waiting(needs.innovation, needs.actor(needs.rival))
    assert [one.path for one in of_rival.of_kind("response.hand_in")] == [f"/needs/{answered}/response"]
    needs.hand_in(answered)
    assert "response.hand_in" not in kinds(needs.innovation, needs.actor(needs.vendor))
    for person_id in (needs.officer, needs.colleague, needs.programme):
        found = waiting(needs.innovation, needs.actor(person_id)).tasks
        assert [one for one in found if one.object_id in {answered, quiet}] == []
    needs.close()
    for person_id in (needs.officer, needs.programme):
        found = waiting(needs.innovation, needs.actor(person_id)).of_kind("need.bring_key")
        assert {one.object_id for one in found} >= {answered, quiet}
    assert "need.bring_key" not in kinds(needs.innovation, needs.actor(needs.colleague))
    needs.bring(answered, needs.officer, key)
    found = waiting(needs.innovation, needs.actor(needs.officer)).of_kind("need.bring_key")
    assert {one.object_id for one in found} == {quiet}


def test_an_agency_alone_hears_of_questions_and_of_its_drafts(needs: NeedStage) -> None:
    draft, need_id = needs.draft(), needs.published()
    needs.call(needs.actor(needs.vendor), asking.ask, need_id, "How long are the pipes?", "en")
    own = waiting(needs.innovation, needs.actor(needs.officer))
    assert own.counts["need.answer"] == 1
    assert "How long" not in str(own)
    assert draft in {one.object_id for one in own.of_kind("need.submit")}
    for stranger in (needs.vendor, needs.rival, needs.programme):
        found = waiting(needs.innovation, needs.actor(stranger)).tasks
        assert not {one.kind for one in found} & {"need.answer", "need.submit"}


def test_no_more_of_a_kind_than_the_limit_and_all_are_counted(needs: NeedStage) -> None:
    drafts = [needs.draft() for _ in range(3)]
    programme = programme_for(needs.portal, needs.watch, TaskSettings(rows_max=2))
    found = waiting(programme, needs.actor(needs.officer))
    assert len(found.of_kind("need.submit")) == 2
    assert found.counts["need.submit"] == len(drafts)


def test_a_noun_that_cannot_be_asked_is_left_out_alone(needs: NeedStage) -> None:
    needs.draft()
    officer = needs.actor(needs.officer)
    before = waiting(needs.innovation, officer)
    assert (before.is_complete, before.counts["need.submit"]) == (True, 1)
    needs.owner.execute("ALTER TABLE innovation.pilots RENAME TO pilots_away")
    try:
        assert waiting(needs.innovation, officer) == replace(before, is_complete=False)
        assert needs.call(officer, tasks.count, "need.submit") == 1
        with pytest.raises(psycopg.Error):
            needs.call(officer, tasks.count, "pilot.agree")
    finally:
        needs.owner.execute("ALTER TABLE innovation.pilots_away RENAME TO pilots")
    assert needs.call(ANONYMOUS, tasks.count, "need.submit") == 0
