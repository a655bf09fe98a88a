"""``/portal/calls/…/desk/copies``: the programme looks at copies, edits them, and releases them to reviewers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.forms.model import FormField
from casework.workflow.errors import NoSuchObject
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.funding.applications.model import Version
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.repository import find_form
from hackathon.funding.reviewing import reviewers
from hackathon.funding.reviewing.copies import service
from hackathon.funding.reviewing.copies.cleaning import PASSED
from hackathon.funding.reviewing.copies.model import CopiedFile, Copy, Row, Source
from hub_api.programme.funding.reviewing.words import (
    asked_of,
    attempt,
    require_staff,
    staff_form,
    title_of,
    vocabulary,
)
from hub_api.programme.kit.attachment import attachment
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Numbered, Start
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.turning import Part, part_of

router = APIRouter(prefix="/portal/calls/{call_id}/desk/copies", include_in_schema=False)


@router.get("")
async def show_copies(request: CurrentRequest, call_id: UUID, start: Start = 0) -> Response:
    require_staff(request, call_id)
    return await _list_page(request, call_id, start=start)


@router.post("")
async def prepare_all(request: CurrentRequest, call_id: UUID) -> Response:
    """Propose a copy of everything in review that has none."""
    await staff_form(request, call_id)

    def work(connection: Connection) -> None:
        service.prepare_all(connection, request.office.reviewing, request.actor, call_id)

    return await attempt(
        request,
        work,
        f"/calls/{call_id}/desk/copies",
        "copies_prepared",
        lambda error: _list_page(request, call_id, error),
    )


@router.get("/{copy_id}")
async def show_copy(request: CurrentRequest, call_id: UUID, copy_id: UUID) -> Response:
    require_staff(request, call_id)
    return await _copy_page(request, call_id, copy_id, Form())


@router.post("/{copy_id}")
async def send_copy(request: CurrentRequest, call_id: UUID, copy_id: UUID) -> Response:
    form = await staff_form(request, call_id)
    version = form.number("version")
    texts = {name: form.text(name) for name in form.fields if name not in {"form_token", "version"}}

    def work(connection: Connection) -> None:
        service.edit(connection, request.office.reviewing, request.actor, copy_id, texts, version)

    return await _attempt(request, call_id, copy_id, form, work, "saved")


@router.post("/{copy_id}/renew")
async def renew(request: CurrentRequest, call_id: UUID, copy_id: UUID) -> Response:
    """Propose it anew from what was handed in since."""
    form = await staff_form(request, call_id)

    def work(connection: Connection) -> None:
        copy, _ = service.get_copy(connection, request.office.reviewing, request.actor, call_id, copy_id)
        service.prepare_copy(connection, request.office.reviewing, request.actor, copy.application_id)

    return await _attempt(request, call_id, copy_id, form, work, "copies_prepared")


@router.post("/{copy_id}/release")
async def release(request: CurrentRequest, call_id: UUID, copy_id: UUID) -> Response:
    form = await staff_form(request, call_id)
    version = form.number("version")

    def work(connection: Connection) -> None:
        service.release(connection, request.office.reviewing, request.actor, copy_id, version)

    return await _attempt(request, call_id, copy_id, form, work, "copy_released")


@router.post("/{copy_id}/files")
async def pass_file(request: CurrentRequest, call_id: UUID, copy_id: UUID) -> Response:
    form = await staff_form(request, call_id)
    version, file_id = form.number("version"), form.id("file")

    def find(connection: Connection) -> Source:
        service.get_copy(connection, request.office.reviewing, request.actor, call_id, copy_id)
        return service.find_source(
            connection,
            request.office.reviewing,
            request.office.applications,
            request.actor,
            copy_id,
            file_id,
            version,
        )

    try:
        source = await request.do(find)
        passed = await request.office.read(lambda: service.make_passed(request.office.reviewing, source))
    except NoSuchObject:
        raise
    except FalajError as error:
        return await _copy_page(request, call_id, copy_id, form, error)

    def work(connection: Connection) -> None:
        service.pass_file(connection, request.office.reviewing, request.actor, source, passed)

    return await _attempt(request, call_id, copy_id, form, work, "file_passed")


@router.get("/{copy_id}/files/{place}")
async def send_out(request: CurrentRequest, call_id: UUID, copy_id: UUID, place: Numbered) -> Response:
    """A file as reviewers get it."""
    require_staff(request, call_id)

    def work(connection: Connection) -> tuple[CopiedFile, Path]:
        return service.open_original(
            connection, request.office.reviewing, request.actor, call_id, copy_id, place
        )

    file, path = await request.do(work)
    return attachment(path, file.name, file.media_type)


@router.post("/{copy_id}/files/{place}/keep-back")
async def keep_back(request: CurrentRequest, call_id: UUID, copy_id: UUID, place: Numbered) -> Response:
    form = await staff_form(request, call_id)
    version = form.number("version")

    def work(connection: Connection) -> None:
        service.keep_file_back(connection, request.office.reviewing, request.actor, copy_id, place, version)

    return await _attempt(request, call_id, copy_id, form, work, "saved")


class Listed(NamedTuple):
    """Applications in review with their copies."""

    call: Call
    part: Part[Row]
    #: Of all pages, how many have no copy yet.
    uncopied: int


class Shown(NamedTuple):
    """A copy beside what was handed in."""

    call: Call
    copy: Copy
    handed_in: Version
    questions: Sequence[FormField]


async def _attempt(  # noqa: PLR0913, PLR0917 (which copy, and what is done)
    request: PortalRequest,
    call_id: UUID,
    copy_id: UUID,
    form: Form,
    work: Callable[[Connection], None],
    notice: str,
) -> Response:
    """A copy of another call is none of this one's."""

    def own(connection: Connection) -> None:
        service.get_copy(connection, request.office.reviewing, request.actor, call_id, copy_id)
        work(connection)

    return await attempt(
        request,
        own,
        f"/calls/{call_id}/desk/copies/{copy_id}",
        notice,
        lambda error: _copy_page(request, call_id, copy_id, form, error),
    )


async def _list_page(
    request: PortalRequest, call_id: UUID, refused: FalajError | None = None, *, start: int = 0
) -> Response:
    def look(connection: Connection) -> Listed:
        rows = service.list_rows(connection, request.office.reviewing, request.actor, call_id)
        part = part_of(rows, start, request.office.reviewing.settings.page_rows)
        return Listed(reviewers.find(connection, call_id), part, sum(one.copy_id is None for one in rows))

    shown = await request.do(look)
    return render_page(
        request,
        "funding/reviewing/copies.html",
        title=WORDS.text("reviewing.copies", request.language),
        here="calls",
        refused=refused,
        **shown._asdict(),
        call_title=title_of(shown.call, request.language),
        **vocabulary(request),
    )


async def _copy_page(
    request: PortalRequest, call_id: UUID, copy_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    def look(connection: Connection) -> Shown:
        copy, version = service.get_copy(
            connection, request.office.reviewing, request.actor, call_id, copy_id
        )
        with connection.transaction():
            questions = find_form(connection, call_id, copy.round)
        return Shown(reviewers.find(connection, call_id), copy, version, questions)

    shown = await request.do(look)
    content = shown.copy.content
    stored = {"title": content.title, "summary": content.summary} | {
        f"answer:{code}": text for code, text in content.answers.items()
    }
    typed = {name: form.text(name) for name in stored} if "title" in form.fields else stored
    values: dict[str, Any] = shown._asdict()
    passed = {one.file_id for one in shown.copy.files}
    return render_page(
        request,
        "funding/reviewing/copy.html",
        title=WORDS.text("reviewing.copy", request.language, code=shown.copy.code),
        here="calls",
        refused=refused,
        typed=typed,
        call_title=title_of(shown.call, request.language),
        asked=asked_of(shown.call, content.amount_minor),
        waiting=[one for one in shown.handed_in.files if one.file_id not in passed],
        can_be_cleaned=lambda file: not shown.copy.is_blind or file.media_type in PASSED,
        **values,
        **vocabulary(request),
    )
