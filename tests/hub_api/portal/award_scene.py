"""An award with a milestone and a claim, for the rows of the access matrix."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from tests.hackathon.award_specimens import NOON, store_award, store_milestone
from tests.hub_api.portal.conftest import Portal, Somebody

OTHERS = {"offered_award_id": "award_id", "award_call_id": "call_id", "evidence_id": "file_id"}
FORMS = {
    "POST /portal/awards/{award_id}/step": {"event": "suspend", "reason": "under_review", "version": "99"},
    "POST /portal/awards/{award_id}/texts": {
        "title_ar": "م", "title_en": "A", "starts_on": "2026-12-01", "last_day": "2027-01-01", "version": "99",
    },
    "POST /portal/awards/{award_id}/contract": {"contract": "C", "contracted_on": "2026-12-01", "version": "99"},
    "POST /portal/awards/{award_id}/amend": {"amount": "1", "reason_ar": "س", "reason_en": "r", "version": "99"},
    "POST /portal/awards/{award_id}/milestones": {"title": "", "amount": "1", "due_on": "2026-12-01"},
    "POST /portal/milestones/{milestone_id}/report": {"report": "r", "version": "99"},
    "POST /portal/milestones/{milestone_id}/step": {"event": "drop", "reason": "not_needed", "version": "99"},
    "POST /portal/milestones/{milestone_id}/claims": {"amount": "1000000", "account": "a"},
    "POST /portal/claims/{claim_id}/step": {"event": "withdraw", "version": "99"},
    "POST /portal/claims/{claim_id}/rewrite": {"amount": "1", "account": "a", "version": "99"},
    "POST /portal/claims/{claim_id}/pay": {"paid_on": "2026-01-01", "reference": "r", "version": "99"},
    "POST /portal/calls/{award_call_id}/desk/awards": {"application": "{award_id}"},
}  # fmt: skip


def rows(
    everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
) -> dict[str, frozenset[str]]:
    programme = administrator | {"programme_officer"}
    money = programme | {"finance"}
    recipients = frozenset({"applicant", "co_applicant"})
    lead = frozenset({"applicant"})
    return {
        "GET /portal/awards": everybody,
        "GET /portal/account/awards": signed,
        # What runs stands in the register; an offer is nobody's business but of those who have to do with it.
        "GET /portal/awards/{award_id}": everybody,
        "GET /portal/awards/{offered_award_id}": money,
        "POST /portal/awards/{award_id}/step": programme,
        "POST /portal/awards/{award_id}/texts": programme,
        "POST /portal/awards/{award_id}/contract": programme,
        "POST /portal/awards/{award_id}/amend": programme,
        "POST /portal/awards/{award_id}/milestones": programme,
        "POST /portal/milestones/{milestone_id}/report": recipients,
        "POST /portal/milestones/{milestone_id}/evidence": money | recipients,
        # There is no such file; who gets at one is tried in the tests of the pages.
        "POST /portal/milestones/{milestone_id}/evidence/{evidence_id}/remove": frozenset(),
        "GET /portal/milestones/{milestone_id}/evidence/{evidence_id}": frozenset(),
        "POST /portal/milestones/{milestone_id}/step": programme,
        "POST /portal/milestones/{milestone_id}/claims": lead,
        "POST /portal/claims/{claim_id}/step": lead,
        "POST /portal/claims/{claim_id}/rewrite": lead,
        "POST /portal/claims/{claim_id}/pay": frozenset({"finance"}),
        "GET /portal/desk/claims": money,
        "GET /portal/calls/{award_call_id}/desk/awards": money,
        "POST /portal/calls/{award_call_id}/desk/awards": programme,
    }


def settle(
    portal: Portal, people: Mapping[str, Somebody], objects: Mapping[str, object]
) -> dict[str, object]:
    """An award that runs, whose bytes of evidence are away, and an offer to somebody else."""
    with portal.city.database.connect() as owner:
        award_id, offered = store_award(owner, "active"), store_award(owner)
        milestone_id, file_id = store_milestone(owner, award_id), uuid4()
        done, claim_id = store_milestone(owner, award_id, "accepted"), uuid4()
        owner.execute(
            "INSERT INTO innovation.claims (claim_id, award_id, milestone_id, state, state_changed_at, created_at,"
            " amount_minor, account) VALUES (%s, %s, %s, 'submitted', %s, %s, 1000, 'a')",
            [claim_id, award_id, done, NOON, NOON],
        )
        for name, is_lead in (("applicant", True), ("co_applicant", False)):
            owner.execute(
                "INSERT INTO innovation.applicants (applicant_id, application_id, person_id, is_lead, state,"
                " state_changed_at, created_at) SELECT %s, application_id, %s, %s, 'member', %s, %s"
                " FROM innovation.funding_awards WHERE award_id = %s",
                [uuid4(), people[name].person_id, is_lead, NOON, NOON, award_id],
            )
        row = owner.execute(
            "SELECT call_id FROM innovation.funding_awards WHERE award_id = %s", [award_id]
        ).fetchone()
        assert row is not None
    return {
        "award_id": award_id, "offered_award_id": offered, "milestone_id": milestone_id, "evidence_id": file_id,
        "claim_id": claim_id, "award_call_id": row[0],
    }  # fmt: skip
