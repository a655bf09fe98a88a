"""What became of introductions: asked of both sides at the instant, told once, counted without small figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from casework.access.model import Actor
from casework.taxonomy.model import PriceBand
from casework.workflow import errors as engine
from casework.workflow.errors import WrongField
from citycore.failures.repository import find_failures
from citycore.store.connections import Connection
from hackathon.market.introductions import errors, outcomes
from hackathon.market.introductions.model import Side, Told
from hackathon.market.introductions.rules import STAGES, stages_of
from tests.conftest import Database
from tests.hackathon.introduction_stage import OPEN, IntroductionStage
from tests.hackathon.need_stage import DAY, INSTANT
from tests.poisoned_rows import poisoned

MET = Told(has_met=True, has_pilot=False, has_contract=False)


@pytest.fixture
def stage(portal: Connection, programme: Database) -> Iterator[IntroductionStage]:
    with programme.connect() as owner:
        yield IntroductionStage(portal, owner)


@pytest.mark.parametrize("days", [30, 90, 180])
def test_both_sides_are_asked_once_at_the_instant(stage: IntroductionStage, days: int):
    introduction_id = stage.shared()
    shared_at = stage.introduction(introduction_id).shared_at
    assert shared_at == stage.watch.at
    due = shared_at + timedelta(days=days)
    stage.watch.at = due - INSTANT
    stage.ask()
    before = asked_of(stage, introduction_id)
    assert all(day < days for _, day in before)
    with pytest.raises(errors.IntroductionNotAsked):
        answer(stage, introduction_id, days)
    stage.watch.at = due
    assert stage.ask() >= 2
    assert stage.ask() == 0
    assert asked_of(stage, introduction_id) - before == {("agency", days), ("vendor", days)}
    assert stage.mails(stage.vendor).count("asked") == [30, 90, 180].index(days) + 1
    assert stage.mails(stage.officer).count("asked") == [30, 90, 180].index(days) + 1
    answer(stage, introduction_id, days)


def test_an_answer_is_given_once_by_the_side_that_was_asked(stage: IntroductionStage):
    introduction_id = stage.shared()
    stage.watch.at += 30 * DAY + INSTANT
    told = Told(True, True, False, PriceBand.FROM_25K_TO_100K, "We try it in one quarter.")
    answer(stage, introduction_id, 30, told)
    with pytest.raises(errors.IntroductionNotAsked):
        answer(stage, introduction_id, 30)
    with pytest.raises(WrongField):
        answer(stage, introduction_id, 30, replace(told, note="x" * 2_001))
    with pytest.raises(engine.NoSuchObject):
        answer(stage, introduction_id, 30, actor=stage.actor(stage.rival))
    with pytest.raises(engine.NotAllowed):
        answer(stage, introduction_id, 30, actor=stage.actor(stage.programme))

    def listed(person_id: UUID) -> dict[Side, Told | None]:
        found = stage.call(stage.actor(person_id), outcomes.list_questions, introduction_id)
        return {one.side: one.told for one in found}

    assert listed(stage.officer) == {Side.AGENCY: told}
    assert listed(stage.vendor) == {Side.VENDOR: None}, "what the other side says is not theirs"
    assert listed(stage.programme) == {Side.AGENCY: told, Side.VENDOR: None}
    waiting = stage.call(stage.actor(stage.vendor), outcomes.list_waiting)
    assert waiting == [(introduction_id, Side.VENDOR, 30)]
    assert stage.call(stage.actor(stage.officer), outcomes.list_waiting) == []


def test_of_what_did_not_fit_nothing_is_asked(stage: IntroductionStage):
    introduction_id = stage.shared()
    stage.step(introduction_id, "find_no_fit", stage.officer, "price")
    stage.watch.at += 30 * DAY
    stage.ask()
    assert asked_of(stage, introduction_id) == set()


def test_figures_count_how_far_introductions_come(stage: IntroductionStage):
    def counted() -> dict[str, int]:
        found = stage.call(stage.actor(stage.programme), outcomes.count_figures)
        return {one.name: one.count for one in found.stages}

    before = counted()
    introduction_id = stage.shared()
    stage.step(introduction_id, "meet", stage.vendor)
    stage.step(introduction_id, "find_no_fit", stage.officer, "timing")
    after = counted()
    grown = {name: after[name] - before[name] for name in STAGES}
    assert grown == {
        "suggested": 1, "interested": 1, "contacts_shared": 1, "meeting": 1, "pilot": 0, "contract": 0,
    }  # fmt: skip
    with pytest.raises(engine.NotAllowed):
        stage.call(stage.actor(stage.officer), outcomes.count_figures)


def test_stages_add_up_from_the_last():
    assert [(one.name, one.count) for one in stages_of({"suggested": 4, "meeting": 2, "contract": 1})] == [
        ("suggested", 7), ("interested", 3), ("contacts_shared", 3), ("meeting", 3), ("pilot", 1), ("contract", 1),
    ]  # fmt: skip


def test_open_data_tells_no_count_below_five(stage: IntroductionStage):
    stage.owner.execute("DELETE FROM innovation.introduction_outcomes")
    stage.owner.execute("DELETE FROM innovation.pilots")
    stage.owner.execute("DELETE FROM innovation.introductions")
    year = stage.watch.at.year

    def told() -> dict[tuple[int, str], int | None]:
        rows = stage.owner.execute("SELECT * FROM open_innovation.introductions").fetchall()
        return {(year, stage): count for year, stage, count in rows}

    needs = [stage.published(OPEN) for _ in range(5)]
    for need_id in needs[:4]:
        stage.introduce(need_id=need_id)
    assert told() == {(year, "interested"): None}
    stage.introduce(need_id=needs[4])
    assert told() == {(year, "interested"): 5}


def answer(
    stage: IntroductionStage,
    introduction_id: UUID,
    days: int,
    told: Told = MET,
    actor: Actor | None = None,
) -> None:
    stage.call(actor or stage.actor(stage.officer), outcomes.answer, introduction_id, days, told)


def asked_of(stage: IntroductionStage, introduction_id: UUID) -> set[tuple[str, int]]:
    found: list[tuple[str, int, datetime | None]] = stage.owner.execute(
        "SELECT side, days, asked_at FROM innovation.introduction_outcomes WHERE introduction_id = %s",
        [introduction_id],
    ).fetchall()
    return {(side, days) for side, days, asked_at in found if asked_at is not None}


def test_a_question_that_cannot_be_asked_keeps_no_other_from_it(
    programme: Database, stage: IntroductionStage
):
    introductions = [stage.shared()]
    stage.watch.at += 30 * DAY
    with poisoned(programme, "innovation.outbox", "person_id", stage.officer):
        assert stage.ask() >= 1
        assert stage.ask() == 0
    assert asked_of(stage, introductions[0]) == {(Side.VENDOR, 30)}
    failures = find_failures(stage.portal, "introduction_questions", 10)
    assert f"{introductions[0]} agency 30" in [one.subject for one in failures]
    stage.watch.at = max(one.due_at for one in failures)
    stage.ask()
    assert asked_of(stage, introductions[0]) == {(Side.VENDOR, 30), (Side.AGENCY, 30)}
