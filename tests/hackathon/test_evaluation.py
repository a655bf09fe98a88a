"""Opened responses: marked by those who have no part in one, ranked, told to all together, awarded after standstill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from casework.audit.service import verify
from casework.workflow import errors as engine
from casework.workflow.repository import find_deadlines
from citycore.store.connections import Connection
from hackathon.contest.judging.errors import JudgingSheetInvalid
from hackathon.contest.judging.model import NOT_APPLICABLE
from hackathon.market.needs import openers as need_openers
from hackathon.market.needs import service as needs
from hackathon.market.needs.machine import STANDSTILL_ENDS
from hackathon.market.responses import errors, evaluation, outcome, repository
from tests.conftest import Database
from tests.hackathon.need_stage import ABOUT, ANSWERS, DAY, INSTANT, RESPONSES_END, NeedStage


@pytest.fixture
def stage(portal: Connection, programme: Database) -> Iterator[NeedStage]:
    with programme.connect() as owner:
        yield NeedStage(portal, owner)


def both_handed_in(stage: NeedStage) -> tuple[UUID, UUID, UUID]:
    need_id = stage.published()
    first = stage.hand_in(need_id)
    second = stage.hand_in(need_id, stage.rival, replace(ANSWERS, price_minor=18_000_000))
    return need_id, first.response_id, second.response_id


def evaluated(stage: NeedStage) -> tuple[UUID, UUID, UUID]:
    """Both compliant, the first ahead."""
    need_id, first, second = both_handed_in(stage)
    stage.opened(need_id)
    for response_id, fit in ((first, "9"), (second, "6")):
        stage.accept(response_id)
        stage.mark(response_id, fit)
    return need_id, first, second


def test_whoever_belongs_to_a_company_that_responded_has_no_part(stage: NeedStage):
    need_id, first, second = both_handed_in(stage)
    stage.belong(stage.colleague, stage.company_of(stage.rival), is_admin=False, state="left")
    stage.belong(stage.programme, stage.company_of(stage.vendor), is_admin=False)
    stage.close()
    with pytest.raises(errors.OwnInterest):
        stage.bring(need_id, stage.programme)
    stage.owner.execute("DELETE FROM innovation.memberships WHERE person_id = %s", [stage.programme])
    stage.bring(need_id, stage.officer)
    stage.bring(need_id, stage.programme)
    stage.accept(first)
    colleague = stage.actor(stage.colleague)
    for look in (
        lambda: stage.call(colleague, evaluation.list_responses, need_id),
        lambda: stage.call(colleague, evaluation.read, second),
        lambda: stage.call(colleague, evaluation.evaluate, need_id),
        lambda: stage.mark(first, "9", (stage.colleague,)),
    ):
        with pytest.raises(errors.OwnInterest):
            look()


def test_marks_become_places_once_all_are_there(stage: NeedStage):
    need_id, first, second = both_handed_in(stage)
    stage.opened(need_id)
    with pytest.raises(errors.ResponseNotCompliant):
        stage.mark(first, "9")
    stage.accept(first)
    stage.accept(second)
    stage.mark(first, "9")
    stage.mark(second, "6", (stage.officer,))
    officer = stage.actor(stage.officer)
    assert stage.call(officer, evaluation.evaluate, need_id).ranked == ()
    assert stage.call(officer, evaluation.evaluate, need_id).missing == 1
    with pytest.raises(errors.ResponsesNotMarked):
        stage.prepare(need_id, first)
    stage.mark(second, "7", (stage.colleague,), {"support": NOT_APPLICABLE})
    ranked = stage.call(officer, evaluation.evaluate, need_id).ranked
    assert [(one.response_id, one.place, one.total) for one in ranked] == [
        (first, 1, Decimal("7.4000")), (second, 2, Decimal("6.3000")),
    ]  # fmt: skip
    assert ranked[1].by_criterion == {"fit": Decimal("6.5000"), "support": Decimal("5.0000")}
    for marks in ({"fit": Decimal(11), "support": Decimal(1)}, {"fit": Decimal(1)}, {"fit": NOT_APPLICABLE, "support": Decimal(1)}):  # fmt: skip
        with pytest.raises(JudgingSheetInvalid):
            stage.call(officer, evaluation.mark, first, marks, "")
    with pytest.raises(engine.NotAllowed):
        stage.mark(first, "1", (stage.programme,))
    with pytest.raises(errors.ResponseNotFirst):
        stage.prepare(need_id, second)
    stage.prepare(need_id, first)
    assert stage.need(need_id).intended_id == first
    # Whoever changes a mark opens the question again.
    stage.mark(second, "10")
    assert stage.need(need_id).intended_id is None


def test_the_end_is_told_to_all_together(stage: NeedStage):
    need_id, first, second = evaluated(stage)
    vendor, rival = stage.actor(stage.vendor), stage.actor(stage.rival)
    with pytest.raises(engine.Refusal):
        stage.move(need_id, "announce", stage.officer)
    stage.prepare(need_id, first)

    def told(actor, response_id):
        need = stage.call(actor, needs.get_need, need_id)
        return stage.call(actor, outcome.own_outcome, need, stage.response(response_id))

    assert told(rival, second) is None
    assert stage.call(vendor, needs.get_need, need_id).intended_id is None
    stage.move(need_id, "announce", stage.officer)
    assert stage.mails(stage.vendor)[-1] == stage.mails(stage.rival)[-1] == "told"
    seen = told(rival, second)
    assert (seen.own.total, seen.winning, seen.debrief_en) == (Decimal("5.6000"), Decimal("7.4000"), "Told")
    with pytest.raises(engine.NoSuchObject):
        told(rival, first)
    ends_at = {one.name: one.instant for one in find_deadlines(stage.portal, need_id)}[STANDSTILL_ENDS]
    assert ends_at == RESPONSES_END + 10 * DAY
    stage.watch.at = ends_at - INSTANT
    with pytest.raises(engine.TooEarly):
        stage.move(need_id, "award", stage.officer)
    stage.watch.at = ends_at
    stage.move(need_id, "award", stage.officer)
    assert (stage.response(first).state, stage.response(second).state) == ("awarded", "not_awarded")
    assert stage.response(second).state_reason == "other_awarded"
    assert stage.mails(stage.vendor)[-1] == stage.mails(stage.rival)[-1] == "ended"
    row = stage.owner.execute(
        "SELECT awarded_to_en FROM open_innovation.needs WHERE code = %s", [stage.need(need_id).code]
    ).fetchone()
    assert row == ("Hulul",)
    assert verify(stage.portal).findings == ()


def test_evaluating_again_during_standstill_takes_the_announcement_back(stage: NeedStage):
    need_id, first, second = evaluated(stage)
    stage.prepare(need_id, first)
    stage.move(need_id, "announce", stage.officer)
    stage.move(need_id, "evaluate_again", stage.programme)
    assert (stage.need(need_id).intended_id, stage.response(first).state) == (None, "compliant")
    stage.accept(first, "disqualify", "rules")
    stage.prepare(need_id, second)
    stage.watch.at += DAY
    stage.move(need_id, "announce", stage.officer)
    stage.watch.at += 10 * DAY
    stage.move(need_id, "award", stage.officer)
    assert (stage.response(first).state_reason, stage.response(second).state) == ("disqualified", "awarded")


def test_nothing_suitable_becomes_a_challenge_of_an_open_hackathon(stage: NeedStage, heat: UUID):
    need_id, first, second = evaluated(stage)
    officer = stage.actor(stage.officer)
    hackathon_id = open_hackathon(stage)
    with pytest.raises(errors.NeedNotUnsuitable):
        stage.call(officer, outcome.make_challenge, need_id, hackathon_id, stage.need(need_id).version)  # fmt: skip
    stage.move(need_id, "find_none", stage.officer, "over_budget")
    assert {stage.response(one).state_reason for one in (first, second)} == {"none_suitable"}
    version = stage.need(need_id).version
    with pytest.raises(engine.NotAllowed):
        stage.call(stage.actor(stage.programme), outcome.make_challenge, need_id, hackathon_id, version)  # fmt: skip
    made = stage.call(officer, outcome.make_challenge, need_id, hackathon_id, version)  # fmt: skip
    assert stage.need(need_id).challenge_id == made
    row = stage.owner.execute(
        "SELECT title_en, organisation_id, state FROM innovation.challenges WHERE challenge_id = %s", [made]
    ).fetchone()
    assert row == (ABOUT.title_en, stage.agency, "draft")
    with pytest.raises(errors.BecameChallenge):
        stage.call(officer, outcome.make_challenge, need_id, hackathon_id, version + 1)  # fmt: skip


def open_hackathon(stage: NeedStage) -> UUID:
    hackathon_id = uuid4()
    stage.owner.execute(
        "INSERT INTO innovation.hackathons (hackathon_id, state, state_changed_at, created_at, code, title_ar,"
        " title_en, summary_ar, summary_en, mode, place_ar, place_en, is_international, team_members_min,"
        " team_members_max, rounds) VALUES (%(id)s, 'announced', %(at)s, %(at)s, %(code)s, 'ع', 'T', 'و', 'S',"
        " 'online', '', '', false, 1, 5, 1)",
        {"id": hackathon_id, "at": stage.watch(), "code": f"h-{hackathon_id}"},
    )
    return hackathon_id


def test_a_need_that_is_called_off_ends_its_responses_sealed(stage: NeedStage):
    need_id, first, _ = both_handed_in(stage)
    stage.close()
    stage.move(need_id, "cancel", stage.programme, "budget")
    assert (stage.response(first).state, stage.response(first).state_reason) == (
        "not_awarded",
        "need_cancelled",
    )
    with pytest.raises(errors.NeedNotClosed):
        stage.bring(need_id, stage.officer)
    assert repository.find_content(stage.portal, first) is None
    assert stage.call(stage.actor(stage.officer), need_openers.list_openers, need_id)
