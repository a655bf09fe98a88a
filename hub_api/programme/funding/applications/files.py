"""``/portal/applications/…/files``: files in and out, and the record of each version."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.attachments.model import StoredFile
from casework.workflow.errors import NoSuchObject
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.funding.applications import writing
from hackathon.funding.applications.service import find_file, get_record
from hub_api.programme.funding.applications.space import attempt, require_own, space_page
from hub_api.programme.kit.attachment import attachment
from hub_api.programme.kit.errors import FormForeign
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.request import CurrentRequest

router = APIRouter(prefix="/portal/applications/{application_id}", include_in_schema=False)
#: Of a version, as pages write it.
NUMBER = re.compile("[1-9][0-9]{0,8}")


@router.post("/files")
async def send_file(request: CurrentRequest, application_id: UUID) -> Response:
    """A stranger's file is not read at all."""
    _ = request.person
    await request.do(lambda connection: require_own(connection, request, application_id))
    try:
        _, received = await request.upload(request.office.settings.applications.store())
    except FormForeign:
        raise
    except FalajError as error:
        return await space_page(request, application_id, Form(), error)

    def work(connection: Connection) -> None:
        desk = request.office.applications
        writing.add_file(connection, desk, request.actor, application_id, received)

    return await attempt(request, application_id, Form(), work, "file_added")


@router.post("/files/{attached_id}/remove")
async def remove_file(request: CurrentRequest, application_id: UUID, attached_id: UUID) -> Response:
    _, form = request.person, await request.form()

    def work(connection: Connection) -> None:
        desk = request.office.applications
        writing.remove_file(connection, desk, request.actor, application_id, attached_id)

    return await attempt(request, application_id, form, work, "file_removed")


@router.get("/files/{attached_id}")
async def send_out(request: CurrentRequest, application_id: UUID, attached_id: UUID) -> Response:
    """For those who apply, and for officers without a conflict; reviewers get copies elsewhere."""
    _ = request.person

    def work(connection: Connection) -> tuple[StoredFile, Path]:
        return find_file(connection, request.office.applications, request.actor, application_id, attached_id)

    file, path = await request.do(work)
    return attachment(path, file.name, file.media_type)


@router.get("/versions/{version}")
async def send_record(request: CurrentRequest, application_id: UUID, version: str) -> Response:
    """The bytes of which the SHA-256 of a version is that of the file that is saved."""
    _ = request.person
    if NUMBER.fullmatch(version) is None:
        raise NoSuchObject
    number = int(version)
    record = await request.do(
        lambda connection: get_record(connection, request.actor, application_id, number)
    )
    headers = {
        "Content-Disposition": f'attachment; filename="application.{application_id}.{number}.json"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "ETag": f'"{sha256(record).hexdigest()}"',
    }
    return Response(record, media_type="application/json", headers=headers)
