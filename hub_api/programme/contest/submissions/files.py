"""``/portal/submissions/…/files``: files in and out, and the record of each version."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.attachments.model import StoredFile
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from citycore.errors import FalajError
from hackathon.contest.submissions import writing
from hackathon.contest.submissions.service import find_file, get_record
from hub_api.programme.contest.submissions.work import attempt, require_own, save_texts, submission_page
from hub_api.programme.kit.attachment import attachment
from hub_api.programme.kit.errors import FormForeign
from hub_api.programme.kit.request import CurrentRequest

router = APIRouter(prefix="/portal/submissions/{submission_id}", include_in_schema=False)
#: Of a version, as pages write it.
NUMBER = re.compile("[1-9][0-9]{0,8}")


@router.post("/files")
async def send_file(request: CurrentRequest, submission_id: UUID) -> Response:
    """A stranger's file is not read at all."""
    _ = request.person
    await request.act(lambda session: require_own(session, request, submission_id))
    try:
        form, received = await request.upload(request.office.settings.submissions.store())
    except FormForeign:
        raise
    except FalajError as error:
        return await submission_page(request, submission_id, request.typed, error)

    def work(session: Session) -> None:
        save_texts(session, request, submission_id, form)
        writing.add_file(session, submission_id, received)

    return await attempt(request, submission_id, form, work, "file_added")


@router.post("/files/{file_id}/remove")
async def remove_file(request: CurrentRequest, submission_id: UUID, file_id: UUID) -> Response:
    _, form = request.person, await request.form()

    def work(session: Session) -> None:
        save_texts(session, request, submission_id, form)
        writing.remove_file(session, submission_id, file_id)

    return await attempt(request, submission_id, form, work, "file_removed")


@router.get("/files/{file_id}")
async def send_out(request: CurrentRequest, submission_id: UUID, file_id: UUID) -> Response:
    def work(session: Session) -> tuple[StoredFile, Path]:
        return find_file(session, submission_id, file_id)

    file, path = await request.look(work)
    return attachment(path, file.name, file.media_type)


@router.get("/versions/{version}")
async def send_record(request: CurrentRequest, submission_id: UUID, version: str) -> Response:
    """The bytes of which the SHA-256 of a version is that of the file that is saved."""
    if NUMBER.fullmatch(version) is None:
        raise NoSuchObject
    number = int(version)
    record = await request.look(lambda session: get_record(session, submission_id, number))
    headers = {
        "Content-Disposition": f'attachment; filename="submission.{submission_id}.{number}.json"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "ETag": f'"{sha256(record).hexdigest()}"',
    }
    return Response(record, media_type="application/json", headers=headers)
