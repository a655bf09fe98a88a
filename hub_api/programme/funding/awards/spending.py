"""``/portal/milestones`` and ``/portal/claims``: what was done, and what is paid for it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.files.errors import FileRefused
from casework.people.errors import UploadsTooOften
from casework.workflow.errors import NoSuchObject
from citycore.store.connections import Connection
from hackathon.funding.awards import repository, service, spending
from hackathon.funding.awards.model import Award
from hub_api.programme.funding.awards.routes import attempt, award_page
from hub_api.programme.funding.awards.words import amount
from hub_api.programme.kit.attachment import attachment
from hub_api.programme.kit.errors import UploadRefused
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)


@router.post("/milestones/{milestone_id}/report")
async def send_report(request: CurrentRequest, milestone_id: UUID) -> Response:
    """Kept, and not handed in: that is a step of its own."""
    _, form = request.person, await request.form()
    award = await _award_of(
        request, lambda connection: repository.award_of_milestone(connection, milestone_id)
    )

    def work(connection: Connection) -> None:
        _write_report(connection, request, milestone_id, form)

    return await attempt(request, award.award_id, form, work, "report_saved")


@router.post("/milestones/{milestone_id}/evidence")
async def send_evidence(request: CurrentRequest, milestone_id: UUID) -> Response:
    settings = request.office.settings.awards
    award = await _award_of(
        request, lambda connection: repository.award_of_milestone(connection, milestone_id)
    )
    try:
        form, received = await request.upload(settings.store())
    except (UploadRefused, FileRefused, UploadsTooOften) as error:
        return await award_page(request, award.award_id, request.typed, error)

    def work(connection: Connection) -> None:
        _save_report(connection, request, milestone_id, form)
        spending.add_file(connection, request.office.awards, request.actor, milestone_id, received)

    return await attempt(request, award.award_id, form, work, "evidence_added")


@router.post("/milestones/{milestone_id}/evidence/{file_id}/remove")
async def remove_evidence(request: CurrentRequest, milestone_id: UUID, file_id: UUID) -> Response:
    _, form = request.person, await request.form()
    award = await _award_of(
        request, lambda connection: repository.award_of_milestone(connection, milestone_id)
    )

    def work(connection: Connection) -> None:
        _save_report(connection, request, milestone_id, form)
        spending.remove_file(connection, request.office.awards, request.actor, milestone_id, file_id)

    return await attempt(request, award.award_id, form, work, "evidence_removed")


@router.get("/milestones/{milestone_id}/evidence/{file_id}")
async def download(request: CurrentRequest, milestone_id: UUID, file_id: UUID) -> Response:
    _ = request.person
    file, path = await request.do(
        lambda connection: spending.open_file(
            connection, request.office.awards, request.actor, milestone_id, file_id
        )
    )
    return attachment(path, file.name, file.media_type)


@router.post("/milestones/{milestone_id}/step")
async def take_milestone_step(request: CurrentRequest, milestone_id: UUID) -> Response:
    _, form = request.person, await request.form()
    award = await _award_of(
        request, lambda connection: repository.award_of_milestone(connection, milestone_id)
    )
    event, version, reason = form.text("event"), form.number("version"), form.optional("reason")

    def work(connection: Connection) -> None:
        spending.move_milestone(
            connection, request.office.awards, request.actor, milestone_id, event, version, reason
        )

    return await attempt(request, award.award_id, form, work, "step_taken")


@router.post("/milestones/{milestone_id}/claims")
async def send_claim(request: CurrentRequest, milestone_id: UUID) -> Response:
    _, form = request.person, await request.form()
    award = await _award_of(
        request, lambda connection: repository.award_of_milestone(connection, milestone_id)
    )

    def work(connection: Connection) -> None:
        spending.claim(
            connection,
            request.office.awards,
            request.actor,
            milestone_id,
            amount(form, award.currency),
            form.text("account"),
        )

    return await attempt(request, award.award_id, form, work, "claimed")


@router.post("/claims/{claim_id}/step")
async def take_claim_step(request: CurrentRequest, claim_id: UUID) -> Response:
    _, form = request.person, await request.form()
    award = await _award_of(request, lambda connection: repository.award_of_claim(connection, claim_id))
    event, version, reason = form.text("event"), form.number("version"), form.optional("reason")
    if event in {"pay", "resubmit"}:
        raise NoSuchObject

    def work(connection: Connection) -> None:
        spending.move_claim(
            connection, request.office.awards, request.actor, claim_id, event, version, reason
        )

    return await attempt(request, award.award_id, form, work, "step_taken")


@router.post("/claims/{claim_id}/rewrite")
async def send_claim_again(request: CurrentRequest, claim_id: UUID) -> Response:
    _, form = request.person, await request.form()
    award = await _award_of(request, lambda connection: repository.award_of_claim(connection, claim_id))

    def work(connection: Connection) -> None:
        spending.rewrite_claim(
            connection,
            request.office.awards,
            request.actor,
            claim_id,
            amount(form, award.currency),
            form.text("account"),
            form.number("version"),
        )

    return await attempt(request, award.award_id, form, work, "claimed")


@router.post("/claims/{claim_id}/pay")
async def send_payment(request: CurrentRequest, claim_id: UUID) -> Response:
    _, form = request.person, await request.form()
    award = await _award_of(request, lambda connection: repository.award_of_claim(connection, claim_id))

    def work(connection: Connection) -> None:
        spending.record_payment(
            connection,
            request.office.awards,
            request.actor,
            claim_id,
            form.chosen_day("paid_on"),
            form.text("reference"),
            form.number("version"),
        )

    return await attempt(request, award.award_id, form, work, "payment_recorded")


def _save_report(connection: Connection, request: PortalRequest, milestone_id: UUID, form: Form) -> None:
    """What was typed of the report beside a file, where the form brought it."""
    if form.text("report").strip():
        _write_report(connection, request, milestone_id, form)


def _write_report(connection: Connection, request: PortalRequest, milestone_id: UUID, form: Form) -> None:
    spending.write_report(
        connection,
        request.office.awards,
        request.actor,
        milestone_id,
        form.text("report"),
        form.number("version"),
    )


async def _award_of(request: PortalRequest, find: Callable[[Connection], UUID | None]) -> Award:
    """The award that something belongs to, for whoever sees it; else :class:`NoSuchObject`."""
    _ = request.person

    def work(connection: Connection) -> Award:
        with connection.transaction():
            award_id = find(connection)
        if award_id is None:
            raise NoSuchObject
        return service.get_award(connection, request.actor, award_id)

    return await request.do(work)
