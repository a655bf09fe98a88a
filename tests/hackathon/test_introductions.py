"""Introductions: who may suggest, who learns of whom and when, and what is asked afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from casework.access.model import ANONYMOUS, Actor
from casework.people.model import Names
from casework.taxonomy.model import Capability
from casework.workflow import errors as engine
from citycore.store.connections import Connection
from hackathon.market.introductions import errors, matches, outcomes, repository, service
from hackathon.market.introductions.model import Contact, Side, Told
from hackathon.market.introductions.noun import HOLDER
from hackathon.market.introductions.settings import IntroductionSettings
from hackathon.market.introductions.shelf import Shelf
from hackathon.market.matching.model import Filter
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.introduction_stage import LEAKS, OPEN, IntroductionStage
from tests.hackathon.need_stage import ABOUT, DAY, INSTANT, officer_of

SETTINGS = IntroductionSettings()
MET = Told(has_met=True, has_pilot=False, has_contract=False)


@pytest.fixture
def stage(portal: Connection, programme: Database) -> Iterator[IntroductionStage]:
    with programme.connect() as owner:
        yield IntroductionStage(portal, owner)


def contacts(stage: IntroductionStage, person_id: UUID, introduction_id: UUID) -> dict[Side, Contact | None]:
    actor = stage.actor(person_id)
    seen = stage.call(actor, service.get_introduction, introduction_id)
    return stage.call(actor, service.get_contacts, seen)


def test_an_agency_sees_who_fits_and_why_and_how_many_do_not(stage: IntroductionStage):
    unfit = stage.listed(stage.rival, replace(LEAKS, capabilities=(Capability.DASHBOARDS,)))
    found = stage.call(stage.actor(stage.officer), matches.match_need, stage.need_id)
    shown = {fit.listed.offering_id: fit for fit in found.fits}
    assert stage.offering_id in shown
    assert unfit not in shown
    fit = shown[stage.offering_id]
    assert sum(part.points for part in fit.match.parts) == fit.match.score > 0
    assert dict(found.ranking.refused)[Filter.CAPABILITY] >= 1
    assert (found.may_introduce, found.is_agency) == (True, True)
    assert fit.introduction is None


def test_a_vendor_sees_the_same_score_for_the_same_pair(stage: IntroductionStage):
    agency = stage.call(stage.actor(stage.officer), matches.match_need, stage.need_id)
    (vendor,) = stage.call(stage.actor(stage.vendor), matches.match_vendors)
    ((listed, fits),) = vendor.offerings
    assert listed.offering_id == stage.offering_id
    found = {fit.need.need_id: fit.match for fit in fits}
    (same,) = [fit.match for fit in agency.fits if fit.listed.offering_id == stage.offering_id]
    assert found[stage.need_id] == same


def test_a_vendor_sees_each_offering_on_one_page(stage: IntroductionStage):
    several = {stage.offering_id, *(stage.listed(stage.vendor, LEAKS) for _ in range(4))}
    rows, actor = SETTINGS.vendor_page_offerings, stage.actor(stage.vendor)
    seen: list[UUID] = []
    for start in range(0, len(several), rows):
        (vendor,) = stage.call(actor, matches.match_vendors, start)
        assert vendor.all == len(several)
        assert len(vendor.offerings) <= rows
        assert all(stage.need_id in {fit.need.need_id for fit in fits} for _, fits in vendor.offerings)
        seen += [listed.offering_id for listed, _ in vendor.offerings]
    assert sorted(seen) == sorted(several)
    (last,) = stage.call(actor, matches.match_vendors, 4_000)
    assert [listed.offering_id for listed, _ in last.offerings] == seen[-1:]


def test_a_vendor_never_sees_a_need_that_is_not_public(stage: IntroductionStage):
    drafted = stage.draft(OPEN)
    (vendor,) = stage.call(stage.actor(stage.vendor), matches.match_vendors)
    needs = {fit.need.need_id: fit.need for _, fits in vendor.offerings for fit in fits}
    assert drafted not in needs
    assert stage.need_id in needs
    assert needs[stage.need_id].description.budget_minor is None, "the budget is not public"


def test_matches_are_for_the_agency_and_the_programme_alone(stage: IntroductionStage):
    for actor in (stage.actor(stage.vendor), officer_of(uuid4()), ANONYMOUS):
        with pytest.raises(engine.NotAllowed):
            stage.call(actor, matches.match_need, stage.need_id)
    programme = stage.actor(stage.programme)
    assert not stage.call(programme, matches.match_need, stage.need_id).is_agency
    with pytest.raises(engine.NotAllowed):
        stage.call(stage.actor(stage.officer), matches.match_vendors)
    with pytest.raises(engine.NotInThisState):
        stage.call(stage.actor(stage.officer), matches.match_need, stage.draft(OPEN))


def test_what_is_published_or_taken_away_is_matched_at_once(stage: IntroductionStage):
    shelf = stage.innovation.of(Shelf)

    def shown() -> set[UUID]:
        found = stage.call(stage.actor(stage.officer), matches.match_need, stage.need_id)
        return {fit.listed.offering_id for fit in found.fits} | set(shelf._index.rows)  # type: ignore[union-attr]

    before = shown()
    index = shelf._index
    assert shown() == before
    assert shelf._index is index, "nothing has changed, so nothing is built"
    second = stage.listed(stage.rival)
    assert shown() == before | {second}
    stage.owner.execute(
        "UPDATE innovation.vendors SET state = 'suspended', version = version + 1 WHERE vendor_id = %s",
        [stage.vendor_id(stage.rival)],
    )
    assert shown() == before


def test_contacts_are_named_when_both_want_to_meet_and_not_before(stage: IntroductionStage):
    introduction_id = stage.introduce()
    assert stage.introduction(introduction_id).state == "agency_interested"
    for person_id in (stage.officer, stage.vendor, stage.programme):
        assert contacts(stage, person_id, introduction_id) == {}
    assert stage.mails(stage.vendor) == ["interested"]
    assert stage.step(introduction_id, "vendor_interest", stage.vendor) == "contacts_shared"
    named = {
        Side.AGENCY: Contact(Names(None, "P"), stage.email(stage.officer)),
        Side.VENDOR: Contact(Names(None, "P"), stage.email(stage.vendor)),
    }
    assert contacts(stage, stage.officer, introduction_id) == named
    assert contacts(stage, stage.vendor, introduction_id) == named
    assert contacts(stage, stage.programme, introduction_id) == {}, "who they are is theirs"
    assert stage.mails(stage.vendor) == ["interested", "shared"]
    assert "shared" in stage.mails(stage.officer)


def test_no_mail_names_anybody_of_the_other_side(stage: IntroductionStage):
    stage.shared()
    for reader, other in ((stage.vendor, stage.officer), (stage.officer, stage.vendor)):
        rows = stage.owner.execute(
            "SELECT fields::text FROM innovation.outbox WHERE recipient = %s", [stage.email(reader)]
        ).fetchall()
        assert rows
        assert not any(stage.email(other) in fields for (fields,) in rows)


def test_a_vendor_begins_and_the_agency_answers(stage: IntroductionStage):
    introduction_id = stage.introduce(stage.vendor, Side.VENDOR)
    assert stage.introduction(introduction_id).state == "vendor_interested"
    assert {"interested"} == set(stage.mails(stage.officer)) & {"interested", "shared"}
    with pytest.raises(engine.NotAllowed):
        stage.step(introduction_id, "agency_interest", stage.vendor)
    assert stage.step(introduction_id, "agency_interest", stage.colleague) == "contacts_shared"
    named = contacts(stage, stage.vendor, introduction_id)[Side.AGENCY]
    assert named is not None
    assert named.email == stage.email(stage.colleague), "whoever said so agreed to be named"


def test_the_programme_suggests_and_both_are_asked(stage: IntroductionStage):
    introduction_id = stage.introduce(stage.programme, Side.PROGRAMME)
    assert stage.introduction(introduction_id).state == "suggested"
    assert stage.mails(stage.vendor) == ["suggested"]
    assert "suggested" in stage.mails(stage.officer)
    assert stage.step(introduction_id, "vendor_interest", stage.vendor) == "vendor_interested"
    assert stage.step(introduction_id, "agency_interest", stage.officer) == "contacts_shared"


def test_nobody_speaks_for_another_side(stage: IntroductionStage):
    for person_id, by in (
        (stage.vendor, Side.AGENCY), (stage.officer, Side.VENDOR), (stage.rival, Side.VENDOR),
        (stage.officer, Side.PROGRAMME),
    ):  # fmt: skip
        with pytest.raises(engine.NotAllowed):
            stage.introduce(person_id, by)
    introduction_id = stage.introduce()
    with pytest.raises(engine.NoSuchObject):
        contacts(stage, stage.rival, introduction_id)
    with pytest.raises(engine.NotAllowed):
        stage.step(introduction_id, "vendor_interest", stage.rival)
    assert stage.call(stage.actor(stage.rival), service.list_introductions) == ([], None)


def test_who_answers_by_sealed_responses_meets_nobody_aside(stage: IntroductionStage):
    sealed = stage.published(ABOUT)
    found = stage.call(stage.actor(stage.officer), matches.match_need, sealed)
    assert found.fits
    assert not found.may_introduce
    for person_id, by in ((stage.officer, Side.AGENCY), (stage.vendor, Side.VENDOR)):
        with pytest.raises(errors.IntroductionNeedNotOpen):
            stage.introduce(person_id, by, need_id=sealed)


def test_a_draft_of_a_need_does_not_exist_for_a_vendor(stage: IntroductionStage):
    with pytest.raises(engine.NoSuchObject):
        stage.introduce(stage.vendor, Side.VENDOR, need_id=stage.draft(OPEN))


def test_what_does_not_fit_is_not_introduced_and_says_why(stage: IntroductionStage):
    unfit = stage.listed(stage.rival, replace(LEAKS, capabilities=(Capability.DASHBOARDS,)))
    with pytest.raises(errors.IntroductionDoesNotFit) as refused:
        stage.introduce(offering_id=unfit)
    assert "lacks a capability" in refused.value.text("en")
    with pytest.raises(errors.IntroductionOfferingNotListed):
        stage.introduce(offering_id=uuid4())


def test_a_pair_is_introduced_once_until_nobody_answers(stage: IntroductionStage):
    introduction_id = stage.introduce()
    with pytest.raises(errors.IntroductionExists):
        stage.introduce(stage.vendor, Side.VENDOR)
    stage.watch.at += timedelta(days=SETTINGS.answer_days)
    # The need's own dates have come too: it is closed, and still looks for somebody.
    stage.run_clock()
    assert stage.introduction(introduction_id).state == "expired"
    assert stage.introduction(stage.introduce()).state == "agency_interested"


@pytest.mark.parametrize(
    ("before", "state"), [(INSTANT, "agency_interested"), (0 * INSTANT, "expired"), (-INSTANT, "expired")]
)
def test_the_time_to_answer_ends_at_its_instant(stage: IntroductionStage, before: timedelta, state: str):
    introduction_id = stage.introduce()
    due = stage.watch.at + timedelta(days=SETTINGS.answer_days)
    stage.watch.at = due - before
    if state == "expired":
        with pytest.raises(engine.TooLate):
            stage.step(introduction_id, "vendor_interest", stage.vendor)
    stage.run_clock()
    found = stage.introduction(introduction_id)
    assert found.state == state
    if state == "expired":
        assert found.state_reason == "no_answer"
        assert "over" in stage.mails(stage.officer)
        assert "over" not in stage.mails(stage.vendor), "they never said that they were interested"
    else:
        assert stage.step(introduction_id, "vendor_interest", stage.vendor) == "contacts_shared"


def test_interest_of_one_side_gives_the_other_its_full_time(stage: IntroductionStage):
    introduction_id = stage.introduce(stage.programme, Side.PROGRAMME)
    days = timedelta(days=SETTINGS.answer_days)
    begun = stage.watch.at
    stage.watch.at = begun + 5 * DAY
    stage.step(introduction_id, "vendor_interest", stage.vendor)
    stage.watch.at = begun + 5 * DAY + days - INSTANT
    stage.run_clock()
    assert stage.step(introduction_id, "agency_interest", stage.officer) == "contacts_shared"


def test_who_declines_is_not_asked_again_and_names_nobody(stage: IntroductionStage):
    introduction_id = stage.introduce()
    assert stage.step(introduction_id, "decline", stage.vendor, "capacity") == "declined"
    assert contacts(stage, stage.officer, introduction_id) == {}
    assert "over" in stage.mails(stage.officer)
    with pytest.raises(errors.IntroductionExists):
        stage.introduce()


def test_somebody_who_has_left_is_not_named_until_another_agrees(stage: IntroductionStage):
    introduction_id = stage.introduce()
    stage.owner.execute(
        "UPDATE innovation.memberships SET state = 'left' WHERE person_id = %s", [stage.officer]
    )
    assert stage.step(introduction_id, "vendor_interest", stage.vendor) == "mutual"
    with pytest.raises(errors.IntroductionContactMissing):
        stage.step(introduction_id, "share_contacts", stage.vendor)
    version = stage.introduction(introduction_id).version
    with pytest.raises(engine.ChangedMeanwhile):
        stage.call(stage.actor(stage.colleague), service.take_contact, introduction_id, version - 1)
    stage.call(stage.actor(stage.colleague), service.take_contact, introduction_id, version)
    found = stage.introduction(introduction_id)
    assert (found.state, found.agency.contact_id) == ("contacts_shared", stage.colleague)


def test_nobody_takes_over_as_contact_before_both_want_to_meet(stage: IntroductionStage):
    introduction_id = stage.introduce()
    version = stage.introduction(introduction_id).version
    for person_id, error in (
        (stage.colleague, errors.IntroductionNotMutual),
        (stage.programme, engine.NotAllowed),
    ):
        with pytest.raises(error):
            stage.call(stage.actor(person_id), service.take_contact, introduction_id, version)


def test_the_score_of_the_day_stays_with_the_introduction(stage: IntroductionStage):
    introduction_id = stage.introduce()
    kept = stage.introduction(introduction_id)
    assert sum(part.points for part in kept.parts) == kept.score
    assert kept.offering_number == 1
    stage.owner.execute(
        "UPDATE innovation.needs SET capabilities = '{metering}', version = version + 1 WHERE need_id = %s",
        [stage.need_id],
    )
    assert stage.introduction(introduction_id).match == kept.match


def test_no_more_wait_for_an_answer_than_the_limit(stage: IntroductionStage):
    stage.call = programme_for(stage.portal, stage.watch, IntroductionSettings(open_per_need_max=1)).call
    other = stage.listed(stage.rival)
    introduction_id = stage.introduce()
    with pytest.raises(errors.TooManyIntroductions):
        stage.introduce(offering_id=other)
    stage.step(introduction_id, "decline", stage.officer, "mistake")
    stage.introduce(offering_id=other)


def test_who_is_erased_is_named_nowhere(stage: IntroductionStage):
    introduction_id = stage.shared()
    stage.watch.at += 30 * DAY
    answer(stage, introduction_id, 30, replace(MET, note="Ask for Salim."))
    with stage.portal.transaction():
        exported = dict(HOLDER.export(stage.portal, stage.officer))
    assert exported["introductions"]["introduction_id"] == introduction_id
    assert exported["introduction_outcomes"]["note"] == "Ask for Salim."
    erased = {one.table: one.rows for one in HOLDER.erase(stage.portal, stage.officer)}
    assert erased == {"introductions": 1, "introduction_outcomes": 1}
    found = stage.introduction(introduction_id)
    assert (found.agency.contact_id, found.vendor.contact_id) == (None, stage.vendor)
    assert contacts(stage, stage.vendor, introduction_id)[Side.AGENCY] is None
    (question,) = [
        one for one in repository.find_questions(stage.portal, introduction_id) if one.answered_at is not None
    ]
    assert question.told == MET


def answer(
    stage: IntroductionStage,
    introduction_id: UUID,
    days: int,
    told: Told = MET,
    actor: Actor | None = None,
) -> None:
    stage.call(actor or stage.actor(stage.officer), outcomes.answer, introduction_id, days, told)
