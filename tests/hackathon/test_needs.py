"""Needs: written, reviewed, published with questions and answers to all, never edited in silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from casework.access.model import ANONYMOUS
from casework.taxonomy.model import Capability, PriceBand, Sector
from casework.workflow import errors as engine
from casework.workflow.errors import WrongField
from casework.workflow.repository import find_extensions
from citycore.store.connections import Connection
from hackathon.market.matching.model import NeedFacts
from hackathon.market.needs import asking, errors, openers, repository, service
from hackathon.market.needs.machine import QUESTIONS_CLOSE, RESPONSES_CLOSE
from hackathon.market.needs.model import Answer, Search, Side
from hackathon.market.needs.noun import HOLDER
from hackathon.market.needs.rules import code_of
from tests.conftest import Database
from tests.hackathon.need_stage import (
    ABOUT,
    CRITERIA,
    DAY,
    INSTANT,
    QUESTIONS_END,
    RESPONSES_END,
    NeedStage,
    officer_of,
)


@pytest.fixture
def stage(portal: Connection, programme: Database) -> Iterator[NeedStage]:
    with programme.connect() as owner:
        yield NeedStage(portal, owner)


def test_a_draft_is_there_for_its_agency_and_the_programme_alone(stage: NeedStage):
    need_id = stage.draft()
    for person_id in (stage.officer, stage.colleague, stage.programme):
        assert stage.call(stage.actor(person_id), service.get_need, need_id).description == ABOUT
    for actor in (ANONYMOUS, stage.actor(stage.vendor), officer_of(uuid4())):
        with pytest.raises(engine.NoSuchObject):
            stage.call(actor, service.get_need, need_id)
    with pytest.raises(engine.NotAllowed):
        stage.call(officer_of(uuid4()), service.create, stage.agency, ABOUT)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"problem_ar": " "}, errors.NeedNotWritten),
        ({"required": frozenset()}, errors.NeedNotWritten),
        ({"criteria": ()}, errors.NeedWeightsWrong),
        ({"criteria": (replace(CRITERIA[0], weight=Decimal("59.99")), CRITERIA[1])}, errors.NeedWeightsWrong),
    ],
)
def test_what_is_not_ready_is_not_handed_in(stage: NeedStage, change: dict, refusal: type[Exception]):
    need_id = stage.draft(replace(ABOUT, **change))
    with pytest.raises(refusal):
        stage.move(need_id, "submit", stage.officer)


def test_dates_and_keys_come_before_publication(stage: NeedStage):
    need_id = stage.call(stage.actor(stage.officer), service.create, stage.agency, ABOUT)
    with pytest.raises(errors.NeedDatesMissing):
        stage.move(need_id, "submit", stage.officer)
    need_id = stage.draft()
    stage.name_openers(need_id, stage.officer)
    stage.call(stage.actor(stage.officer), openers.add_opener, need_id, stage.email(stage.programme))
    stage.move(need_id, "submit", stage.officer)
    with pytest.raises(errors.NeedKeysMissing):
        stage.move(need_id, "publish", stage.programme)
    stage.name_openers(need_id, stage.programme)
    with pytest.raises(engine.NotAllowed):
        stage.move(need_id, "publish", stage.officer)
    stage.watch.at = QUESTIONS_END
    with pytest.raises(engine.TooLate):
        stage.move(need_id, "publish", stage.programme)
    stage.watch.at = QUESTIONS_END - INSTANT
    stage.move(need_id, "publish", stage.programme)
    assert stage.need(need_id).published_at == stage.watch.at


@pytest.mark.parametrize(
    "change",
    [
        {"title_en": ""}, {"title_ar": "ع" * 161}, {"maturity_min": 10}, {"budget_minor": 0},
        {"criteria": (CRITERIA[0], CRITERIA[0])}, {"criteria": (replace(CRITERIA[0], code="Ä"),)},
        {"criteria": (replace(CRITERIA[0], weight=Decimal("NaN")),)},
        {"criteria": (replace(CRITERIA[0], weight=Decimal("33.333")),)},
        {"criteria": (replace(CRITERIA[0], name_ar=" "),)},
    ],
)  # fmt: skip
def test_what_cannot_be_stored_is_named(stage: NeedStage, change: dict):
    with pytest.raises(WrongField) as refused:
        stage.draft(replace(ABOUT, **change))
    assert refused.value.text("ar") != refused.value.text("en")


def test_what_is_published_is_not_edited_and_returned_is(stage: NeedStage):
    need_id = stage.draft()
    stage.name_openers(need_id)
    stage.move(need_id, "submit", stage.officer)
    actor, changed = stage.actor(stage.officer), replace(ABOUT, title_en="Leaks")
    with pytest.raises(errors.NeedNotEditable):
        stage.call(actor, service.edit, need_id, changed, stage.need(need_id).version)
    stage.move(need_id, "return", stage.programme, "criteria")
    assert stage.need(need_id).state_reason == "criteria"
    assert stage.mails(stage.officer)[-1] == "reviewed_with_reason"
    with pytest.raises(engine.ChangedMeanwhile):
        stage.call(actor, service.edit, need_id, changed, 1)
    stage.call(actor, service.edit, need_id, changed, stage.need(need_id).version)
    stage.move(need_id, "submit", stage.officer)
    stage.move(need_id, "publish", stage.programme)
    assert stage.need(need_id).description.title_en == "Leaks"
    with pytest.raises(errors.NeedNotEditable):
        stage.call(actor, service.edit, need_id, ABOUT, stage.need(need_id).version)
    with pytest.raises(engine.DeadlinesFixed):
        stage.call(actor, service.plan, need_id, {QUESTIONS_CLOSE: QUESTIONS_END - DAY})


def test_everybody_finds_what_is_published_without_what_is_not_for_them(stage: NeedStage):
    about = replace(ABOUT, title_en=f"Leaks {uuid4().hex}")
    need_id = stage.published(about)
    found, after = stage.call(ANONYMOUS, service.search_needs, Search(words=about.title_en))
    assert [one.need_id for one in found] == [need_id]
    assert (found[0].description.budget_minor, after) == (None, None)
    assert stage.call(ANONYMOUS, service.get_need, need_id).description.budget_minor is None
    assert stage.call(stage.actor(stage.officer), service.get_need, need_id).description.budget_minor
    for other in (Search(words=about.title_en, sector=Sector.HEALTH), Search(words=about.title_en, state="closed")):  # fmt: skip
        assert stage.call(ANONYMOUS, service.search_needs, other)[0] == []
    public = replace(about, is_budget_public=True, title_en=f"Open {uuid4().hex}")
    other_id = stage.published(public)
    assert stage.call(ANONYMOUS, service.get_need, other_id).description.budget_minor == 25_000_000


def test_matching_sees_open_needs(stage: NeedStage):
    need_id = stage.published(replace(ABOUT, is_budget_public=True))
    (facts,) = [one for one in repository.open_needs(stage.portal) if one.need_id == need_id]
    assert isinstance(facts, NeedFacts)
    assert (facts.sector, facts.required, facts.budget) == (
        Sector.WATER, frozenset({Capability.LEAK_DETECTION}), PriceBand.FROM_25K_TO_100K,
    )  # fmt: skip
    for able, is_seen in (
        ({Capability.LEAK_DETECTION}, True),
        (set(Capability), True),
        (set[Capability](), False),
    ):
        assert (need_id in {one.need_id for one in repository.open_needs(stage.portal, able=able)}) is is_seen
    hidden = stage.published(ABOUT)
    (newest,) = repository.open_needs(stage.portal, 1)
    assert repository.open_needs(stage.portal, 1, newest.required) == [newest]
    assert repository.open_needs(stage.portal, 1, set()) == []
    assert [one.budget for one in repository.open_needs(stage.portal) if one.need_id == hidden] == [None]
    stage.close()
    assert need_id not in {one.need_id for one in repository.open_needs(stage.portal)}


def test_similar_needs_of_others_are_shown_to_who_writes_one(stage: NeedStage):
    published = stage.published()
    other = NeedStage(stage.portal, stage.owner)
    alike = other.draft(replace(ABOUT, title_en="Something else", title_ar="آخر"))
    unlike = other.draft(
        replace(ABOUT, title_en="Bus", title_ar="حافلة", sector=Sector.TRANSPORT, required=frozenset({Capability.TICKETING}))
    )  # fmt: skip

    def similar(need_id):
        actor = other.actor(other.officer)
        return {one.need_id for one in other.call(actor, service.list_similar, need_id)}

    assert published in similar(alike)
    assert published not in similar(unlike)
    own = stage.draft()
    actor = stage.actor(stage.officer)
    assert published not in {one.need_id for one in stage.call(actor, service.list_similar, own)}  # fmt: skip
    with pytest.raises(engine.NoSuchObject):
        stage.call(stage.actor(stage.vendor), service.list_similar, alike)


def test_an_answer_is_for_everybody_and_tells_nobody_who_asked(stage: NeedStage):
    need_id = stage.published()
    vendor, officer = stage.actor(stage.vendor), stage.actor(stage.officer)
    question = stage.call(vendor, asking.ask, need_id, "We of Hulul ask: how deep?", "en")
    assert stage.mails(stage.officer)[-1] == "asked"
    assert stage.call(ANONYMOUS, asking.list_questions, need_id) == []
    assert stage.call(vendor, asking.list_own_questions, need_id) == [question]
    assert stage.call(stage.actor(stage.rival), asking.list_own_questions, need_id) == []
    (seen,) = stage.call(officer, asking.list_questions, need_id)
    for whose in (stage.vendor, stage.company_of(stage.vendor)):
        assert str(whose) not in repr(seen)
    given = Answer("How deep?", "متر واحد", "One metre")
    with pytest.raises(engine.NotAllowed):
        stage.call(vendor, asking.answer, need_id, question.question_id, given)
    stage.begin(need_id, stage.rival)
    stage.call(officer, asking.answer, need_id, question.question_id, given)
    (public,) = stage.call(ANONYMOUS, asking.list_questions, need_id)
    assert (public.shown, public.answer_ar, public.answer_en) == ("How deep?", "متر واحد", "One metre")
    assert stage.mails(stage.rival)[-1] == stage.mails(stage.vendor)[-1] == "answered"
    with pytest.raises(errors.QuestionAnswered):
        stage.call(officer, asking.answer, need_id, question.question_id, given)
    with pytest.raises(engine.NoSuchObject):
        stage.call(officer, asking.answer, stage.published(), question.question_id, given)


def test_vendors_ask_until_the_instant(stage: NeedStage):
    need_id = stage.published()
    vendor = stage.actor(stage.vendor)
    stage.watch.at = QUESTIONS_END - INSTANT
    stage.call(vendor, asking.ask, need_id, "In time?", "en")
    for late in (QUESTIONS_END, QUESTIONS_END + INSTANT):
        stage.watch.at = late
        with pytest.raises(engine.TooLate):
            stage.call(vendor, asking.ask, need_id, "Late?", "en")
    later = QUESTIONS_END + DAY
    officer = stage.actor(stage.officer)
    stage.call(officer, service.extend, need_id, QUESTIONS_CLOSE, later, reason="technical_fault")
    assert stage.mails(stage.vendor)[-1] == "extended"
    stage.watch.at = later - INSTANT
    stage.call(vendor, asking.ask, need_id, "In time again?", "en")
    stage.watch.at = later
    stage.run_clock()
    assert stage.need(need_id).state == "qa_closed"
    with pytest.raises(engine.TooLate):
        stage.call(vendor, asking.ask, need_id, "Late?", "en")
    assert [one.instant for one in find_extensions(stage.portal, need_id)] == [later]


@pytest.mark.parametrize("state", ["registered", "verifying", "suspended", "documents_expired"])
def test_only_verified_vendors_ask(stage: NeedStage, state: str):
    need_id = stage.published()
    other = stage.vendor_of("Other", state=state)
    for person_id in (other, stage.officer, stage.person()):
        with pytest.raises(errors.VendorNotVerified):
            stage.call(stage.actor(person_id), asking.ask, need_id, "May I?", "en")


def test_addenda_are_public_and_mailed_to_who_responds(stage: NeedStage):
    need_id = stage.draft()
    officer = stage.actor(stage.officer)
    with pytest.raises(errors.NeedNotPublished):
        stage.call(officer, asking.add, need_id, "ملحق", "Addendum")
    need_id = stage.published()
    stage.begin(need_id)
    with pytest.raises(engine.NotAllowed):
        stage.call(stage.actor(stage.vendor), asking.add, need_id, "ملحق", "Addendum")
    with pytest.raises(WrongField):
        stage.call(officer, asking.add, need_id, " ", "Addendum")
    stage.call(officer, asking.add, need_id, "ملحق", "Addendum")
    (addendum,) = stage.call(ANONYMOUS, asking.list_addenda, need_id)
    assert (addendum.text_ar, addendum.text_en) == ("ملحق", "Addendum")
    assert stage.mails(stage.vendor) == ["addendum"]
    assert stage.mails(stage.rival) == []


def test_openers_speak_for_the_agency_or_the_programme_and_are_fixed_by_publication(stage: NeedStage):
    need_id = stage.draft()
    officer = stage.actor(stage.officer)

    def add(person_id):
        stage.call(officer, openers.add_opener, need_id, stage.email(person_id))

    for stranger in (stage.vendor, stage.person()):
        with pytest.raises(errors.OpenerUnknown):
            add(stranger)
    with pytest.raises(errors.OpenerUnknown):
        stage.call(officer, openers.add_opener, need_id, "nobody@mail.example")
    stage.name_openers(need_id, stage.officer, stage.colleague, stage.programme)
    add(stage.programme)

    def found():
        return {one.person_id: one for one in stage.call(officer, openers.list_openers, need_id)}

    sides = {person_id: one.side for person_id, one in found().items()}
    assert sides == {
        stage.officer: Side.AGENCY, stage.colleague: Side.AGENCY, stage.programme: Side.PROGRAMME,
    }  # fmt: skip
    assert stage.mails(stage.programme).count("opener") == 2
    with pytest.raises(errors.NotAnOpener):
        stage.call(stage.actor(stage.person()), openers.make_key, need_id)
    before = found()
    words = stage.call(officer, openers.make_key, need_id)
    stage.keys[stage.officer] = words
    assert found()[stage.officer].public_key != before[stage.officer].public_key
    own = before[stage.officer].opener_id
    stage.call(officer, openers.remove_opener, need_id, before[stage.colleague].opener_id)
    stage.move(need_id, "submit", stage.officer)
    stage.move(need_id, "publish", stage.programme)
    for change in (
        lambda: add(stage.colleague),
        lambda: stage.call(officer, openers.remove_opener, need_id, own),
        lambda: stage.call(officer, openers.make_key, need_id),
    ):
        with pytest.raises(errors.OpenersFixed):
            change()


def test_the_clock_closes_at_the_instant_and_an_extension_holds_it_open(stage: NeedStage):
    need_id = stage.published()
    stage.watch.at = QUESTIONS_END - INSTANT
    stage.run_clock()
    assert stage.need(need_id).state == "published"
    stage.watch.at = QUESTIONS_END
    stage.run_clock()
    assert stage.need(need_id).state == "qa_closed"
    later = RESPONSES_END + DAY
    stage.call(stage.actor(stage.programme), service.extend, need_id, RESPONSES_CLOSE, later, reason="technical_fault")  # fmt: skip
    for instant, state in ((RESPONSES_END, "qa_closed"), (later - INSTANT, "qa_closed"), (later, "closed")):
        stage.watch.at = instant
        stage.run_clock()
        assert stage.need(need_id).state == state
    with pytest.raises(engine.DeadlineSpent):
        stage.call(stage.actor(stage.programme), service.extend, need_id, RESPONSES_CLOSE, later + DAY, reason="technical_fault")  # fmt: skip


def test_a_need_without_seals_is_matched(stage: NeedStage):
    need_id = stage.published(replace(ABOUT, is_sealed=False, criteria=()))
    with pytest.raises(engine.NotInThisState):
        stage.move(need_id, "match", stage.officer, "pilot")
    stage.close()
    stage.move(need_id, "match", stage.officer, "pilot")
    assert (stage.need(need_id).state, stage.need(need_id).state_reason) == ("matched", "pilot")
    sealed = NeedStage(stage.portal, stage.owner)
    other = sealed.published()
    sealed.close()
    with pytest.raises(errors.NeedIsSealed):
        sealed.move(other, "match", sealed.officer, "pilot")


def test_what_a_person_is_told_of_themselves_and_what_stays_when_they_go(stage: NeedStage):
    need_id = stage.published()
    stage.call(stage.actor(stage.vendor), asking.ask, need_id, "How deep?", "en")
    stage.call(stage.actor(stage.officer), asking.add, need_id, "م", "A")
    with stage.portal.transaction():
        sections = {section for section, _ in HOLDER.export(stage.portal, stage.vendor)}
        assert sections == {"need_questions"}
        rows = list(HOLDER.export(stage.portal, stage.officer))
        assert {section for section, _ in rows} == {"needs", "need_addenda", "need_openers"}
    assert HOLDER.hindrances(stage.portal, stage.officer)
    assert not HOLDER.hindrances(stage.portal, stage.vendor)
    with stage.portal.transaction(force_rollback=True):
        done = {one.table: one.rows for one in HOLDER.erase(stage.portal, stage.officer)}
        assert done == {"needs": 1, "need_questions": 0, "need_addenda": 1, "need_openers": 1}


def test_a_code_is_a_name_in_addresses():
    need_id = uuid4()
    for title in ("Finding leaks", "كشف", "A" * 200, "a-" * 40, "-"):
        code = code_of(title, need_id)
        assert code.endswith(need_id.hex[:8])
        assert len(code) <= 63
        assert code[0].isalnum()
