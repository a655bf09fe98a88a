"""A call for funding: who writes what until when, who sees what, what stands against a step, what the clock does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from casework.access.model import ANONYMOUS
from casework.audit.repository import find_lines_of
from casework.programme import Session
from casework.workflow import errors as engine
from casework.workflow.clockwork import run_due
from casework.workflow.repository import find_extensions
from citycore.language import LANGUAGES
from citycore.store.connections import Connection
from hackathon.funding.calls import errors, repository, service
from hackathon.funding.calls.machine import CALL, STAGES, UNPUBLISHED
from hackathon.funding.calls.model import Eligibility, Stage, Wanted
from hackathon.funding.calls.repository import CALLS
from hackathon.funding.calls.rules import chain_of, may_see
from hackathon.funding.calls.settings import CallSettings
from tests.conftest import Database
from tests.hackathon.call_specimens import store_application
from tests.hackathon.calling import programme_for
from tests.hackathon.funding import (
    CHIEF,
    CRITERIA,
    DATES,
    DAY,
    FORM,
    NOW,
    OFFICER,
    STRANGER,
    TICK,
    WHO,
    Funding,
    describe,
    officer_of,
    rials,
)


@pytest.fixture
def funding(portal: Connection) -> Funding:
    return Funding(portal)


def list_ids(funding: Funding, actor, **wanted) -> list[UUID]:
    found = funding.call(actor, service.list_calls, Wanted(**wanted))
    return [one.call_id for one in found.calls]


def test_what_is_written_is_what_is_read(funding: Funding):
    call_id = funding.complete(rounds=2)
    call = funding.seen(call_id)
    assert call.description.terms.budget == rials(90_000_000)
    assert (call.criteria, call.eligibility) == (CRITERIA, replace(WHO, governorates=("OM-MA", "OM-MU")))
    assert funding.call(OFFICER, service.get_forms, call_id) == (FORM, FORM)
    assert repository.find_form(funding.portal, call_id, 2) == FORM
    assert [one.code for one in call.rubric.by_weight()] == ["worth", "data"]
    assert funding.call(OFFICER, service.find_by_code, call.description.terms.code) == call
    lines = find_lines_of(funding.portal, call_id, 10)
    assert {one.line.event for one in lines} == {
        "create", "set_form", "set_criteria", "set_eligibility", "plan_deadlines",
    }  # fmt: skip
    assert {one.line.chain for one in lines} == {chain_of(call_id)}


def test_the_clock_opens_and_closes_at_the_instant(funding: Funding):
    straight, forecast = funding.complete(), funding.complete(rounds=2)
    for call_id in (straight, forecast):
        funding.step(call_id, "approve")
    funding.step(forecast, "forecast")
    for name, before, after in (
        ("opens", ["approved", "forecasted"], ["open", "open"]), ("closes", ["open", "open"], ["closed", "closed"]),
    ):  # fmt: skip
        for instant, expected in (
            (DATES[name] - TICK, before),
            (DATES[name], after),
            (DATES[name] + TICK, after),
        ):
            run_due(programme_for(funding.portal, lambda instant=instant: instant), [CALLS])
            assert [funding.seen(one).state for one in (straight, forecast)] == expected
    assert funding.seen(straight).round == 1


def test_an_extension_moves_the_close_for_everybody(funding: Funding):
    call_id = funding.opened()
    later = DATES["closes"] + timedelta(hours=5)
    extension = programme_for(funding.portal, lambda: DATES["closes"] - TICK).call(
        officer_of(call_id), Session.extend, CALLS, call_id, "closes", later, "on_request"
    )
    assert find_extensions(funding.portal, call_id) == [extension]
    for instant, state in ((DATES["closes"], "open"), (later - TICK, "open"), (later, "closed")):
        run_due(programme_for(funding.portal, lambda instant=instant: instant), [CALLS])
        assert funding.seen(call_id).state == state
    with pytest.raises(engine.DeadlineSpent):
        programme_for(funding.portal, lambda: later).call(
            OFFICER, Session.extend, CALLS, call_id, "closes", later + DAY / 2, "weather"
        )


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (lambda f, c: f.change(service.edit, c, f.retold(c, summary_ar=" ")), errors.CallNotDescribed),
        (lambda f, c: f.change(service.set_form, c, 1, FORM[1:2]), errors.CallFormMissing),
        (lambda f, c: f.change(service.set_form, c, 2, ()), errors.CallFormMissing),
        (lambda f, c: f.change(service.set_criteria, c, CRITERIA[:1]), errors.CallCriteriaIncomplete),
        (lambda f, c: f.change(service.set_criteria, c, ()), errors.CallCriteriaIncomplete),
        (lambda f, c: f.change(service.set_eligibility, c, Eligibility(frozenset())), errors.CallForNobody),
        (lambda f, c: f.change(service.edit, c, f.paying(c, budget=rials(1))), errors.CallBudgetTooSmall),
    ],
)
def test_a_call_is_approved_when_it_is_complete_and_stays_so(funding: Funding, spoil, refusal):
    call_id = funding.complete(rounds=2)
    spoil(funding, call_id)
    with pytest.raises(refusal) as caught:
        funding.step(call_id, "approve")
    assert all("{" not in caught.value.text(language) for language in LANGUAGES)
    whole = funding.complete(rounds=2)
    funding.step(whole, "approve")
    before = funding.seen(whole)
    with pytest.raises(refusal):
        spoil(funding, whole)
    assert funding.seen(whole) == before


def test_all_dates_are_needed_but_that_of_a_round_there_is_not(funding: Funding):
    for rounds, missing, refusal in (
        (1, "second_closes", None), (2, "second_closes", errors.CallDatesMissing),
        (1, "reviews_due", errors.CallDatesMissing), (1, "opens", engine.DeadlineNotSet),
    ):  # fmt: skip
        call_id = funding.draft(rounds=rounds)
        for number in (1, 2):
            funding.change(service.set_form, call_id, number, FORM)
        funding.change(service.set_criteria, call_id, CRITERIA)
        dates = {name: instant for name, instant in DATES.items() if name != missing}
        funding.call(OFFICER, service.plan, call_id, dates)
        if refusal is None:
            funding.step(call_id, "approve")
        else:
            with pytest.raises(refusal):
                funding.step(call_id, "approve")


def test_nothing_that_people_rely_on_changes_once_it_is_open(funding: Funding):
    call_id = funding.complete()
    funding.step(call_id, "approve")
    funding.change(service.edit, call_id, funding.paying(call_id, code=f"renamed-{uuid4()}"))
    funding.step(call_id, "forecast")
    with pytest.raises(errors.CallFixed):
        funding.change(service.edit, call_id, funding.paying(call_id, code=f"moved-{uuid4()}"))
    funding.change(service.edit, call_id, funding.paying(call_id, reviews_each=2))
    with pytest.raises(engine.DeadlinesFixed):
        funding.call(OFFICER, service.plan, call_id, DATES)
    funding.now = DATES["opens"]
    funding.step(call_id, "open")
    for work, *values in (
        (service.set_form, 1, FORM[:1]), (service.set_criteria, CRITERIA), (service.set_eligibility, WHO),
        (service.edit, funding.paying(call_id, budget=rials(80_000_000))),
    ):  # fmt: skip
        with pytest.raises(errors.CallFixed):
            funding.change(work, call_id, *values)
    funding.change(service.edit, call_id, funding.retold(call_id, title_en="City water!", summary_ar="ماء"))
    assert funding.seen(call_id).description.texts.title_en == "City water!"
    last = max(find_lines_of(funding.portal, call_id, 50), key=lambda one: one.position).line
    assert (last.event, last.details) == ("edit", {"texts": ["title_en", "summary_ar"]})
    funding.step(call_id, "cancel", "no_budget")
    for work, *values in (
        (service.edit, funding.retold(call_id, title_en="X")),
        (service.set_criteria, CRITERIA),
    ):
        with pytest.raises(errors.CallOver):
            funding.change(work, call_id, *values)


def test_reviews_decisions_and_results_follow_one_another(funding: Funding, programme: Database):
    call_id = funding.opened(rounds=2)
    funding.now = DATES["closes"]
    funding.step(call_id, "close")
    funding.step(call_id, "begin_reviewing")
    with pytest.raises(errors.CallNobodyInvited):
        funding.step(call_id, "open_second")
    with programme.connect() as owner:
        one, other = (store_application(owner, call_id, state) for state in ("invited", "rejected"))
    with pytest.raises(errors.CallInvitedWait, match=": 1"):
        funding.step(call_id, "decide")
    funding.step(call_id, "open_second")
    assert funding.seen(call_id).round == 2
    run_due(programme_for(funding.portal, lambda: DATES["second_closes"] - TICK), [CALLS])
    assert funding.seen(call_id).state == "second_open"
    run_due(programme_for(funding.portal, lambda: DATES["second_closes"]), [CALLS])
    assert funding.seen(call_id).state == "second_closed"
    funding.now = DATES["second_closes"]
    funding.step(call_id, "begin_reviewing")
    with pytest.raises(engine.TooLate):
        funding.step(call_id, "open_second")
    put(programme, one, "panel")
    funding.step(call_id, "decide")
    with pytest.raises(errors.CallUndecided, match=": 1"):
        funding.step(call_id, "announce")
    put(programme, one, "reserve")
    funding.now = DATES["appeals_close"]
    with pytest.raises(engine.TooLate):
        funding.step(call_id, "announce")
    funding.now -= TICK
    funding.step(call_id, "announce")
    with pytest.raises(engine.TooEarly):
        funding.step(call_id, "archive")
    funding.now += TICK
    with pytest.raises(errors.CallReserveWaits):
        funding.step(call_id, "archive")
    put(programme, one, "approved")
    put(programme, other, "appealed")
    with pytest.raises(errors.CallUndecided):
        funding.step(call_id, "archive")
    put(programme, other, "dismissed")
    funding.step(call_id, "archive")
    assert funding.seen(call_id).state_reason == "completed"


def put(programme: Database, application_id: UUID, state: str) -> None:
    with programme.connect() as owner:
        owner.execute(
            "UPDATE innovation.applications SET state = %s WHERE application_id = %s", [state, application_id]
        )


def test_a_call_of_one_round_has_no_second(funding: Funding):
    call_id = funding.opened()
    funding.now = DATES["closes"]
    funding.step(call_id, "close")
    funding.step(call_id, "begin_reviewing")
    with pytest.raises(errors.CallNoSecondRound):
        funding.step(call_id, "open_second")
    funding.step(call_id, "decide")
    funding.step(call_id, "reconsider")
    funding.step(call_id, "decide")
    funding.step(call_id, "announce")


def test_only_the_programme_writes_and_moves(funding: Funding):
    for nobody in (ANONYMOUS, STRANGER, officer_of(uuid4())):
        with pytest.raises(engine.NotAllowed):
            funding.call(nobody, service.create, describe())
    call_id = funding.complete()
    other = officer_of(uuid4())
    for nobody in (ANONYMOUS, STRANGER, other):
        for work, *values in (
            (service.edit, describe()), (service.set_form, 1, FORM), (service.set_criteria, CRITERIA),
            (service.set_eligibility, WHO),
        ):  # fmt: skip
            with pytest.raises(engine.NotAllowed):
                funding.change(work, call_id, *values, actor=nobody)
        with pytest.raises(engine.NotAllowed):
            funding.step(call_id, "approve", actor=nobody)
        with pytest.raises(engine.NotAllowed):
            funding.call(nobody, service.plan, call_id, DATES)
    funding.change(service.set_criteria, call_id, CRITERIA, actor=officer_of(call_id))
    funding.step(call_id, "approve", actor=officer_of(call_id))
    with pytest.raises(engine.ChangedMeanwhile):
        funding.call(OFFICER, service.set_criteria, call_id, CRITERIA, 1)


def test_what_is_not_public_is_the_programmes_own(funding: Funding):
    call_id, given_up = funding.complete(), funding.complete()
    funding.step(call_id, "approve")
    funding.step(given_up, "cancel", "organisational")
    for stranger in (ANONYMOUS, STRANGER, officer_of(uuid4())):
        for one in (call_id, given_up):
            with pytest.raises(engine.NoSuchObject):
                funding.call(stranger, service.get_call, one)
            with pytest.raises(engine.NoSuchObject):
                funding.call(stranger, service.get_forms, one)
            assert one not in list_ids(funding, stranger)
        with pytest.raises(engine.NoSuchObject):
            funding.call(stranger, service.find_by_code, funding.seen(call_id).description.terms.code)
    for insider in (OFFICER, CHIEF, officer_of(call_id)):
        assert funding.call(insider, service.get_call, call_id).call_id == call_id
        assert call_id in list_ids(funding, insider)
    assert given_up not in list_ids(funding, officer_of(call_id))
    funding.step(call_id, "forecast")
    assert call_id in list_ids(funding, ANONYMOUS)
    funding.step(call_id, "cancel", "no_budget")
    assert funding.call(ANONYMOUS, service.get_call, call_id).state_reason == "no_budget"


def test_everything_later_is_public():
    states = {state.name for state in CALL.states}
    assert {state for state in states if not may_see(ANONYMOUS, uuid4(), state)} == UNPUBLISHED
    assert set().union(*STAGES.values()) == states
    assert sum(map(len, STAGES.values())) == len(states)


def test_people_find_calls_however_they_write(funding: Funding):
    call_id = funding.draft(texts={"title_ar": "إدارة المياه الذكيّة", "title_en": "Smart Water Management"})
    for words in ("اداره المياة", "الذكية", "smart water", "WATER MANAG", "  "):
        assert call_id in list_ids(funding, OFFICER, words=words), words
    for words in ("wind", "%", "الرياح"):
        assert call_id not in list_ids(funding, OFFICER, words=words)
    opened = funding.opened()
    assert opened in list_ids(funding, ANONYMOUS, stage=Stage.OPEN)
    assert opened not in list_ids(funding, ANONYMOUS, stage=Stage.REVIEWING)
    assert list_ids(funding, ANONYMOUS, stage=Stage.UNPUBLISHED) == []
    assert call_id in list_ids(funding, OFFICER, stage=Stage.UNPUBLISHED)


def test_a_list_goes_on_where_it_ended(funding: Funding):
    made = []
    for number in range(5):
        funding.now = NOW + timedelta(days=400 + number // 2)  # two at one instant
        made.append(funding.draft())
    call = programme_for(funding.portal, lambda: funding.now, CallSettings(page_rows_max=2)).call
    seen: list[UUID] = []
    after = None
    while len(seen) < 5:
        page = call(OFFICER, service.list_calls, Wanted(), after)
        assert len(page.calls) == 2
        seen += [one.call_id for one in page.calls]
        after = page.after
        assert after == seen[-1]
    assert set(seen[:5]) == set(made)
    assert call(OFFICER, service.list_calls, Wanted(), uuid4()).calls == []
