"""``/portal/calls/…/desk/copies``: the programme looks at copies, edits them, and releases them to reviewers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from citycore.errors import FalajError
from hackathon.funding.calls.service import get_forms
from hackathon.funding.reviewing.copies import service
from hackathon.funding.reviewing.copies.cleaning import PASSED
from hackathon.funding.reviewing.rounds import find
from hackathon.funding.reviewing.settings import ReviewingSettings
from hub_api.programme.funding.calls.words import staff_page
from hub_api.programme.funding.reviewing.words import vocabulary
from hub_api.programme.kit.attachment import SavedFile, download
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Numbered
from hub_api.programme.kit.pages import Page, as_sent, of_part, signed_in
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.turning import part_of, start_of

router = APIRouter(prefix="/portal", include_in_schema=False)


def look_at_list(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    rows = service.list_rows(session, call_id)
    return {
        "call": find(session, call_id),
        "part": part_of(rows, start_of(request), session.of(ReviewingSettings).page_rows),
        # Of all pages.
        "uncopied": sum(one.copy_id is None for one in rows),
    }


staff_page(router, "reviewing/copies", look_at_list, vocabulary).post(
    "", as_sent, "copies_prepared", lambda session, call_id, _: service.prepare_all(session, call_id)
)


def look(session: Session, request: PortalRequest, call_id: UUID, copy_id: UUID) -> dict[str, Any]:
    """A copy beside what was handed in."""
    copy = service.get_copy(session, call_id, copy_id)
    handed_in, typed = service.get_version(session, copy), request.typed
    stored = {"title": copy.content.title, "summary": copy.content.summary} | {
        f"answer:{code}": text for code, text in copy.content.answers.items()
    }
    passed = {one.file_id for one in copy.files}
    return {
        "title": WORDS.text("reviewing.copy", request.language, code=copy.code),
        "call": find(session, call_id),
        "copy": copy,
        "handed_in": handed_in,
        "questions": get_forms(session, call_id)[copy.round - 1],
        "typed": {name: typed.text(name) for name in stored} if "title" in typed.fields else stored,
        "waiting": [one for one in handed_in.files if one.file_id not in passed],
        "can_be_cleaned": lambda file: not copy.is_blind or file.media_type in PASSED,
    }


def read_texts(form: Form) -> dict[str, str]:
    return {name: form.text(name) for name in form.fields if name not in {"form_token", "version"}}


def renew(session: Session, call_id: UUID, copy_id: UUID, _: Form) -> None:
    """Propose it anew from what was handed in since."""
    service.prepare_copy(session, service.get_copy(session, call_id, copy_id).application_id)


PAGE = Page(
    router,
    "/calls/{call_id}/desk/copies/{copy_id}",
    "funding/reviewing/copy.html",
    look,
    guard=signed_in,
    object_guard=service.get_copy,
    here="calls",
    vocabulary=vocabulary,
)
PAGE.edit("", read_texts, "saved", of_part(service.edit))
PAGE.post("renew", as_sent, "copies_prepared", renew)
PAGE.post("release", lambda form: form.number("version"), "copy_released", of_part(service.release))
PAGE.edit("files/keep-back", lambda form: form.number("place"), "saved", of_part(service.keep_file_back))


@router.post("/calls/{call_id}/desk/copies/{copy_id}/files")
async def pass_file(request: CurrentRequest, call_id: UUID, copy_id: UUID) -> Response:
    """What is passed on is made between two transactions: it may take long."""
    _ = request.person
    await request.look(service.get_copy, call_id, copy_id)
    form = await request.form()
    file_id, version = form.id("file"), form.number("version")
    try:
        source = await request.act(service.find_source, copy_id, file_id, version)
        passed = await request.office.read(lambda: service.make_passed(request.office.programme, source))
        await request.act(service.pass_file, source, passed)
    except NoSuchObject:
        raise
    except FalajError as error:
        return await PAGE.show(request, call_id, copy_id, refused=error)
    return request.go(f"/calls/{call_id}/desk/copies/{copy_id}", "file_passed")


def open_original(session: Session, call_id: UUID, copy_id: UUID, place: Numbered) -> SavedFile:
    """A file as reviewers get it."""
    file, path = service.open_original(session, call_id, copy_id, place)
    return SavedFile(path, file.name, file.media_type)


download(router, "/calls/{call_id}/desk/copies/{copy_id}/files/{place}", signed_in, open_original)
