"""``/portal/milestones`` and ``/portal/claims``: what was done, and what is paid for it. All of it is sent from the
page of the award.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.files.model import Received
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.funding.awards import service, spending
from hackathon.funding.awards.model import Award
from hub_api.programme.funding.awards.pages import look
from hub_api.programme.funding.awards.words import amount, vocabulary
from hub_api.programme.kit.attachment import SavedFile, download
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, Several, as_sent, signed_in
from hub_api.programme.kit.request import PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)
page = partial(Page, router, guard=signed_in, here="account", vocabulary=vocabulary)


def path_of(award: Award) -> str:
    return f"/awards/{award.award_id}"


def look_at_milestone(session: Session, request: PortalRequest, milestone_id: UUID) -> dict[str, Any]:
    return look(session, request, service.get_of_milestone(session, milestone_id).award_id)


def read_beside(form: Form, _: PortalRequest) -> tuple[str, int] | None:
    """What was typed of the report beside a file, where the form brought it."""
    return (form.text("report"), form.number("version")) if form.text("report").strip() else None


def add_evidence(
    session: Session, milestone_id: UUID, report: tuple[str, int] | None, received: Received
) -> None:
    if report is not None:
        spending.write_report(session, milestone_id, *report)
    spending.add_file(session, milestone_id, received)


def remove_evidence(session: Session, milestone_id: UUID, file_id: UUID, form: Form) -> None:
    if form.text("report").strip():
        spending.write_report(session, milestone_id, form.text("report"), form.number("version"))
    spending.remove_file(session, milestone_id, file_id)


def claim(session: Session, milestone_id: UUID, form: Form) -> None:
    currency = service.get_of_milestone(session, milestone_id).currency
    spending.claim(session, milestone_id, amount(form, currency), form.text("account"))


MILESTONES = page(
    "/milestones/{milestone_id}",
    "funding/awards/show.html",
    look_at_milestone,
    home=lambda session, milestone_id: path_of(service.get_of_milestone(session, milestone_id)),
)
# Kept, and not handed in: that is a step of its own.
MILESTONES.edit("report", lambda form: form.text("report"), "report_saved", spending.write_report)
MILESTONES.upload(
    "evidence",
    Several(lambda request: request.office.settings.awards.store()),
    read_beside,
    "evidence_added",
    add_evidence,
)
MILESTONES.post_part("evidence/{file_id}/remove", as_sent, "evidence_removed", remove_evidence)
MILESTONES.steps(spending.move_milestone)
MILESTONES.post("claims", as_sent, "claimed", claim)


def open_file(session: Session, milestone_id: UUID, file_id: UUID) -> SavedFile:
    file, path = spending.open_file(session, milestone_id, file_id)
    return SavedFile(path, file.name, file.media_type)


download(router, "/milestones/{milestone_id}/evidence/{file_id}", signed_in, open_file)


def look_at_claim(session: Session, request: PortalRequest, claim_id: UUID) -> dict[str, Any]:
    return look(session, request, service.get_of_claim(session, claim_id).award_id)


def move_claim(session: Session, claim_id: UUID, event: str, seen_version: int, reason: str | None) -> None:
    if event in spending.OF_THEIR_OWN:
        raise NoSuchObject
    spending.move_claim(session, claim_id, event, seen_version, reason)


def rewrite_claim(session: Session, claim_id: UUID, form: Form, seen_version: int) -> None:
    amount_minor = amount(form, service.get_of_claim(session, claim_id).currency)
    spending.rewrite_claim(session, claim_id, amount_minor, form.text("account"), seen_version)


CLAIMS = page(
    "/claims/{claim_id}",
    "funding/awards/show.html",
    look_at_claim,
    home=lambda session, claim_id: path_of(service.get_of_claim(session, claim_id)),
)
CLAIMS.steps(move_claim)
CLAIMS.edit("rewrite", as_sent, "claimed", rewrite_claim)
CLAIMS.edit(
    "pay",
    lambda form: (form.chosen_day("paid_on"), form.text("reference")),
    "payment_recorded",
    lambda session, claim_id, sent, version: spending.record_payment(session, claim_id, *sent, version),
)
