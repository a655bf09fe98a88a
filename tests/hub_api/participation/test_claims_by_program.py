"""Claims by program: the programme approves the work, finance the payment, and never the same person both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from casework.access.model import HUB, Role, Scope, ScopeKind
from casework.access_tokens.model import TokenScope
from citycore.store.connections import Connection
from tests.hackathon.award_specimens import NOON, store_award, store_milestone
from tests.hub_api.participation.conftest import Program, token_of
from tests.hub_api.portal.conftest import Portal, Somebody

PAYMENT = {"paid_on": NOON.date().isoformat(), "reference": "TR-1"}


@dataclass
class Desk:
    portal: Portal
    owner: Connection
    officer: Somebody
    finance: Somebody

    def program(self, who: Somebody, *scopes: TokenScope) -> Program:
        return Program(self.portal, token_of(self.portal, who.person_id, *scopes))

    def claim(self, amount_minor: int = 400_000) -> str:
        """Of an award of 1,000 OMR, for work that was accepted."""
        award_id, claim_id = store_award(self.owner, "active"), uuid4()
        self.owner.execute(
            "INSERT INTO innovation.claims (claim_id, award_id, milestone_id, state, state_changed_at, created_at,"
            " amount_minor, account) VALUES (%s, %s, %s, 'submitted', %s, %s, %s, 'OM-1')",
            [claim_id, award_id, store_milestone(self.owner, award_id, "accepted"), NOON, NOON, amount_minor],
        )
        return str(claim_id)


@pytest.fixture(scope="module")
def people(portal: Portal) -> tuple[Somebody, Somebody]:
    return portal.appoint(Role.PROGRAMME_OFFICER, HUB, "funds"), portal.appoint(Role.FINANCE, HUB, "pays")


@pytest.fixture
def desk(portal: Portal, people: tuple[Somebody, Somebody]) -> Iterator[Desk]:
    portal.watch.at = max(portal.watch.at, NOON + timedelta(hours=1))
    with portal.city.database.connect() as owner:
        yield Desk(portal, owner, *people)


def data(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_claim_goes_from_the_work_over_finance_to_its_payment(desk: Desk) -> None:
    claim = desk.claim()
    path, officer, finance = f"/desk/claims/{claim}", desk.program(desk.officer), desk.program(desk.finance)
    assert claim in [one["claim"] for one in data(finance.ask("GET", "/desk/claims"))]
    seen = data(officer.ask("GET", path))
    assert (seen["state"], seen["account"], seen["award_minor"]) == ("submitted", "OM-1", 1_000_000)
    early = finance.ask("POST", f"{path}/payment/steps", {"event": "approve_payment"}, seen=seen["version"])
    assert early.status_code == 409, "the work comes first"
    assert finance.ask("POST", f"{path}/steps", {"event": "approve"}, seen=seen["version"]).status_code == 404
    approved = data(officer.ask("POST", f"{path}/steps", {"event": "approve"}, seen=seen["version"]))
    assert (approved["state"], approved["approved_by_you"]) == ("approved_programme", True)
    twice = officer.ask("POST", f"{path}/steps", {"event": "approve"}, seen=seen["version"])
    assert refusal(twice) == (412, "version_outdated")
    version = approved["version"]
    assert (
        officer.ask("POST", f"{path}/payment/steps", {"event": "approve_payment"}, seen=version).status_code
        == 404
    )
    unpaid = finance.ask("POST", f"{path}/payment", PAYMENT, seen=version)
    assert unpaid.status_code == 409, "its payment is not approved"
    ready = data(finance.ask("POST", f"{path}/payment/steps", {"event": "approve_payment"}, seen=version))
    assert (ready["state"], ready["approved_by_you"]) == ("approved_finance", False)
    assert officer.ask("POST", f"{path}/payment", PAYMENT, seen=ready["version"]).status_code == 404
    tomorrow = {**PAYMENT, "paid_on": (desk.portal.watch() + timedelta(days=2)).date().isoformat()}
    assert refusal(finance.ask("POST", f"{path}/payment", tomorrow, seen=ready["version"])) == (
        409,
        "wrong_field",
    )
    paid = data(finance.ask("POST", f"{path}/payment", PAYMENT, seen=ready["version"]))
    assert (paid["state"], paid["payment"]["amount_minor"]) == ("paid", 400_000)
    assert (paid["payment"]["reference"], paid["award_paid_minor"]) == ("TR-1", 400_000)
    again = finance.ask("POST", f"{path}/payment", PAYMENT, seen=ready["version"])
    assert refusal(again) == (412, "version_outdated"), "sent twice it is paid once"
    assert finance.ask("POST", f"{path}/payment", PAYMENT, seen=paid["version"]).status_code == 409
    count = desk.owner.execute(
        "SELECT count(*), sum(amount_minor) FROM innovation.payments WHERE claim_id = %s", [claim]
    ).fetchone()
    assert count == (1, 400_000)
    assert claim not in [one["claim"] for one in data(finance.ask("GET", "/desk/claims"))]


def test_nobody_approves_both_the_work_and_its_payment(desk: Desk) -> None:
    claim, both = desk.claim(), desk.portal.appoint(Role.FINANCE, HUB, "both")
    desk.portal.appoint_too(both, Role.PROGRAMME_OFFICER, HUB)
    path, program = f"/desk/claims/{claim}", desk.program(both)
    version = data(program.ask("GET", path))["version"]
    approved = data(program.ask("POST", f"{path}/steps", {"event": "approve"}, seen=version))
    second = program.ask(
        "POST", f"{path}/payment/steps", {"event": "approve_payment"}, seen=approved["version"]
    )
    assert refusal(second) == (409, "same_person")
    narrow = desk.program(both, TokenScope.FINANCE_WRITE)
    again = narrow.ask(
        "POST", f"{path}/payment/steps", {"event": "approve_payment"}, seen=approved["version"]
    )
    assert refusal(again) == (409, "same_person"), "by a token for finance alone neither"
    other = desk.program(desk.finance)
    assert data(
        other.ask("POST", f"{path}/payment/steps", {"event": "approve_payment"}, seen=approved["version"])
    )


def apply(desk: Desk, claim: str, person_id: UUID, *, is_lead: bool = False) -> None:
    """With the application whose award the claim is of."""
    desk.owner.execute(
        "INSERT INTO innovation.applicants (applicant_id, application_id, person_id, is_lead, state,"
        " state_changed_at, created_at) SELECT %s, application_id, %s, %s, 'member', %s, %s"
        " FROM innovation.funding_awards JOIN innovation.claims USING (award_id) WHERE claim_id = %s",
        [uuid4(), person_id, is_lead, NOON, NOON, claim],
    )


def test_what_is_in_conflict_with_a_reviewer_is_at_no_desk_of_finance(desk: Desk) -> None:
    """As on the portal, also where the role that hides it is none of finance."""
    claim = desk.claim()
    lead, close = (desk.portal.join(name, domain="bahth.example") for name in ("lead", "close"))
    apply(desk, claim, lead.person_id, is_lead=True)
    desk.portal.appoint_too(close, Role.FINANCE, HUB)
    program = desk.program(close, TokenScope.FINANCE_WRITE)
    assert claim in [one["claim"] for one in data(program.ask("GET", "/desk/claims"))]
    (call_id,) = desk.owner.execute(
        "SELECT call_id FROM innovation.funding_awards JOIN innovation.claims USING (award_id)"
        " WHERE claim_id = %s",
        [claim],
    ).fetchone() or (None,)
    desk.portal.appoint_too(close, Role.REVIEWER, Scope(ScopeKind.CALL, call_id))
    assert claim not in [one["claim"] for one in data(program.ask("GET", "/desk/claims"))]
    assert program.ask("GET", f"/desk/claims/{claim}").status_code == 404


def test_who_applied_neither_decides_nor_comes_in(desk: Desk) -> None:
    claim = desk.claim()
    lead = desk.portal.join("lead", domain="bahth.example")
    apply(desk, claim, lead.person_id, is_lead=True)
    apply(desk, claim, desk.officer.person_id)
    path = f"/desk/claims/{claim}"
    assert desk.program(lead).ask("GET", path).status_code == 404
    assert desk.program(lead).ask("GET", "/desk/claims").status_code == 403
    officer = desk.program(desk.officer, TokenScope.CALLS_WRITE)
    version = data(officer.ask("GET", path))["version"]
    own = officer.ask("POST", f"{path}/steps", {"event": "approve"}, seen=version)
    assert refusal(own) == (409, "own_report")


def test_what_is_refused_or_sent_back_needs_a_reason(desk: Desk) -> None:
    claim, officer = desk.claim(), desk.program(desk.officer)
    path = f"/desk/claims/{claim}"
    version = data(officer.ask("GET", path))["version"]
    bare = officer.ask("POST", f"{path}/steps", {"event": "refuse"}, seen=version)
    assert refusal(bare) == (409, "reason_missing")
    foreign = officer.ask(
        "POST", f"{path}/steps", {"event": "refuse", "reason": "papers_missing"}, seen=version
    )
    assert refusal(foreign) == (409, "reason_unknown")
    refused = officer.ask("POST", f"{path}/steps", {"event": "refuse", "reason": "not_done"}, seen=version)
    assert (data(refused)["state"], data(refused)["state_reason"]) == ("refused", "not_done")
    for wrong in ("pay", "withdraw", "resubmit", "approve_payment"):
        asked = officer.ask("POST", f"{path}/steps", {"event": wrong}, seen=version)
        assert refusal(asked) == (422, "invalid_parameter"), wrong
    for day in ("soon", 20260101, "2026-11-24T00:00:00Z"):
        paid = desk.program(desk.finance).ask(
            "POST", f"{path}/payment", {**PAYMENT, "paid_on": day}, seen=version
        )
        assert refusal(paid) == (422, "invalid_parameter"), day
