"""What can be written about a call: who funds, amounts, names, questions, criteria, who may apply."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from casework.forms.model import FormField
from casework.workflow import errors as engine
from casework.workflow.errors import WrongField
from citycore.language import LANGUAGES
from citycore.store.connections import Connection
from hackathon.contest.judging.rubric import Criterion
from hackathon.funding.calls import errors, service
from hackathon.funding.calls.machine import DEADLINES
from hackathon.funding.calls.model import Statement
from tests.conftest import Database
from tests.hackathon.funding import CRITERIA, DATES, FORM, OFFICER, TICK, WHO, Funding, rials
from tests.hackathon.machines import store_agency, store_hackathon


@pytest.fixture
def funding(portal: Connection) -> Funding:
    return Funding(portal)


def test_who_funds_is_somebody(funding: Funding, programme: Database):
    agency = UUID(int=77)
    for field in ("organisation_id", "hackathon_id"):
        with pytest.raises(errors.CallFunderUnknown):
            funding.draft(**{field: uuid4()})
    with programme.connect() as owner:
        store_agency(owner, agency)
        hackathon_id = store_hackathon(owner)
    call_id = funding.draft(organisation_id=agency, hackathon_id=hackathon_id)
    funder = funding.seen(call_id).funder
    assert funder is not None
    assert (funder.organisation_id, funder.names.shown("ar")) == (agency, "Agency")
    assert agency in {one.organisation_id for one in funding.call(OFFICER, service.list_funders)}
    with programme.connect() as owner:
        owner.execute(
            "UPDATE innovation.organisations SET state = 'suspended' WHERE organisation_id = %s", [agency]
        )
    assert funding.seen(call_id).funder is None
    funding.change(service.edit, call_id, funding.paying(call_id, reviews_each=2))
    with pytest.raises(errors.CallFunderUnknown):
        funding.draft(organisation_id=agency)


@pytest.mark.parametrize(
    "terms",
    [
        {"code": "X!"}, {"code": "a"}, {"budget": rials(0)}, {"award_min": rials(31_000_000)},
        {"award_max": rials(0), "award_min": rials(0)}, {"award_min": rials(-1)}, {"rounds": 3}, {"rounds": 0},
        {"reviews_each": 0}, {"reviews_each": 10}, {"award_max": replace(rials(1), currency="USD")},
        {"texts": {"title_ar": " "}}, {"texts": {"title_en": "x" * 161}}, {"texts": {"summary_en": "x" * 10_001}},
    ],
)  # fmt: skip
def test_what_cannot_be_stored_is_refused(funding: Funding, terms):
    with pytest.raises(WrongField) as caught:
        funding.draft(**terms)
    assert all("{" not in caught.value.text(language) for language in LANGUAGES)


def test_what_cannot_be_asked_is_refused(funding: Funding):
    call_id, long = funding.draft(), "x" * 301
    heavy = replace(CRITERIA[0], weight=Decimal("100.001"))
    for work, *values in (
        (service.set_form, 1, (FORM[0], FORM[0])),
        (service.set_form, 1, (FormField("x", "ع", long),)),
        (service.set_form, 1, tuple(FormField(f"q{number}", "ع", "Q") for number in range(21))),
        (service.set_criteria, (CRITERIA[0], CRITERIA[0])),
        (service.set_criteria, (replace(CRITERIA[0], code="A b"),)),
        (service.set_criteria, (replace(CRITERIA[0], name_ar=""),)),
        (service.set_criteria, (replace(CRITERIA[0], name_ar=long),)),
        (service.set_criteria, (heavy,)),
        (service.set_criteria, (replace(CRITERIA[0], weight=Decimal("NaN")),)),
        (service.set_criteria, (replace(CRITERIA[0], weight=Decimal("0.000001234567")),)),
        (service.set_criteria, (replace(CRITERIA[0], weight=Decimal(0)),)),
        (service.set_criteria, tuple(
            Criterion(code=f"c{n}", name_en="C", name_ar="م", weight=Decimal(1)) for n in range(13)
        )),
        (service.set_eligibility, replace(WHO, governorates=("OM-XX",))),
        (service.set_eligibility, replace(WHO, statements=(*WHO.statements, *WHO.statements))),
        (service.set_eligibility, replace(WHO, statements=(Statement("a", "", "A"),))),
        (service.set_eligibility, replace(WHO, statements=(Statement("a", "ا", long),))),
    ):  # fmt: skip
        with pytest.raises(WrongField):
            funding.change(work, call_id, *values)
    with pytest.raises(engine.NoSuchObject):
        funding.change(service.set_form, call_id, 3, FORM)
    assert funding.seen(call_id).version == 1


def test_a_name_in_addresses_is_taken_once(funding: Funding):
    first, second = funding.draft(), funding.draft()
    taken = funding.seen(first).description.terms.code
    with pytest.raises(errors.CallCodeTaken):
        funding.draft(code=taken)
    with pytest.raises(errors.CallCodeTaken):
        funding.change(service.edit, second, funding.paying(second, code=taken))


def test_deadlines_stand_in_the_order_of_time(funding: Funding):
    call_id = funding.draft()
    swapped = {**DATES, "closes": DATES["opens"] - TICK}
    with pytest.raises(engine.DeadlinesOutOfOrder):
        funding.call(OFFICER, service.plan, call_id, swapped)
    assert tuple(DATES) == DEADLINES
