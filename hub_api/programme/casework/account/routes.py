"""``/portal/account``: what somebody says about themselves, where they are signed in, and their data."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import IO
from uuid import UUID

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from casework.access_log.service import list_entries
from casework.people.credentials import ask_for_email, change_password, has_password, hash_changed
from casework.people.leaving.service import ask_for_erasure, keep_account, write_export
from casework.people.machine import ERASURE
from casework.people.model import Names
from casework.people.sessions.model import Session
from casework.people.sessions.service import end_session, list_sessions, sign_out_everywhere
from casework.people.signing_in import Proof, claim_own, prove_own
from casework.people.standing import find_names, rename
from casework.workflow.repository import find_deadlines
from citycore.errors import FalajError
from citycore.language import LANGUAGES
from citycore.store.connections import Connection
from hub_api.programme.casework.account.devices import device_text
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Before
from hub_api.programme.kit.rendering import WORDS, headers, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal/account", include_in_schema=False)
PIECE_BYTES = 65_536


@router.get("")
async def show_profile(request: CurrentRequest) -> Response:
    return await _profile(request, Form())


@router.post("/names")
async def send_names(request: CurrentRequest) -> Response:
    signed, form = request.person, await request.form()
    names = Names(form.optional("name_ar"), form.optional("name_en"))
    language = next((one for one in LANGUAGES if one == form.text("language")), None)
    if language is None:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        rename(connection, request.office.desk, signed, names, language)

    return await _attempt(request, form, work, "names_saved")


@router.post("/password/change")
async def send_password(request: CurrentRequest) -> Response:
    signed, form, desk = request.person, await request.form(), request.office.desk
    try:
        proof = await _prove(request, form.text("current"))
        hashed = await request.office.hash(lambda: hash_changed(desk, signed, proof, form.text("password")))
    except FalajError as error:
        return await _profile(request, form, error)

    def work(connection: Connection) -> None:
        change_password(connection, desk, signed, proof, hashed)

    return await _attempt(request, form, work, "password_changed")


@router.post("/email/change")
async def send_email(request: CurrentRequest) -> Response:
    signed, form = request.person, await request.form()
    try:
        proof = await _prove(request, form.text("proof"))
    except FalajError as error:
        return await _profile(request, form, error)

    def work(connection: Connection) -> None:
        ask_for_email(connection, request.office.desk, signed, proof, form.text("email"), request.visitor)

    return await _attempt(request, form, work, "email_asked")


@router.post("/sessions/end-all")
async def end_all(request: CurrentRequest) -> Response:
    signed = request.person
    await request.form()
    await request.do(lambda connection: sign_out_everywhere(connection, signed))
    request.end()
    return request.go("", "signed_out")


@router.post("/sessions/{session_id}/end")
async def end_one(request: CurrentRequest, session_id: UUID) -> Response:
    signed = request.person
    await request.form()
    await request.do(lambda connection: end_session(connection, signed, session_id))
    return request.go("/account", "session_ended")


@router.post("/export")
async def send_export(request: CurrentRequest) -> Response:
    signed = request.person
    await request.form()
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed when it has been sent)
    try:
        await request.run(lambda programme: write_export(programme, signed, file))
    except FalajError as error:
        file.close()
        return await _profile(request, Form(), error)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    fields = headers(request.office, request.language) | {
        "Content-Disposition": 'attachment; filename="falaj-my-data.zip"'
    }
    return StreamingResponse(
        _pieces(file), media_type="application/zip", headers=fields, background=BackgroundTask(file.close)
    )


@router.post("/erase")
async def erase(request: CurrentRequest) -> Response:
    signed, form = request.person, await request.form()
    version = form.number("version")
    try:
        await request.act(lambda session: ask_for_erasure(session, signed.person.person_id, version))
    except FalajError as error:
        return await _profile(request, form, error)
    request.end()
    return request.go("", "erasure_asked")


@router.post("/keep")
async def keep(request: CurrentRequest) -> Response:
    signed, form = request.person, await request.form()
    version = form.number("version")

    try:
        await request.act(lambda session: keep_account(session, signed.person.person_id, version))
    except FalajError as error:
        return await _profile(request, form, error)
    return request.go("/account", "account_kept")


@router.get("/readings")
async def show_access_log(request: CurrentRequest, before: Before = None) -> Response:
    signed, rows = request.person, request.office.settings.portal.page_rows
    entries = await request.do(
        lambda connection: list_entries(connection, request.office.desk, signed, before, rows)
    )
    names = await request.do(lambda connection: find_names(connection, [one.reader for one in entries]))
    return render_page(
        request,
        "casework/account/readings.html",
        title=WORDS.text("readings.title", request.language),
        here="account",
        entries=entries,
        names=names,
        rows=rows,
        known=lambda what: f"reading.{what.replace('.', '_')}" in WORDS.texts["en"],
    )


async def _prove(request: PortalRequest, password: str) -> Proof:
    """Who is signed in knows the password; compared without a connection."""
    signed, desk = request.person, request.office.desk
    claimed = await request.do(lambda connection: claim_own(connection, desk, signed, request.visitor))
    return await request.office.hash(lambda: prove_own(desk, claimed, password))


async def _attempt(
    request: PortalRequest, form: Form, work: Callable[[Connection], None], notice: str
) -> Response:
    """Do it and tell so, or show the form again with what stood against it."""
    try:
        await request.do(work)
    except FalajError as error:
        return await _profile(request, form, error)
    return request.go("/account", notice)


async def _profile(request: PortalRequest, form: Form, refused: FalajError | None = None) -> Response:
    signed, settings = request.person, request.office.settings.people

    def work(connection: Connection) -> tuple[list[Session], bool, datetime | None]:
        sessions = list_sessions(connection, request.office.desk, signed)
        with connection.transaction():
            deadlines = find_deadlines(connection, signed.person.person_id)
        due_at = next((one.instant for one in deadlines if one.name == ERASURE), None)
        return sessions, has_password(connection, signed), due_at

    sessions, is_with_password, due_at = await request.do(work)
    roles = sorted({WORDS.text(f"role.{grant.role}", request.language) for grant in request.actor.grants})
    return render_page(
        request,
        "casework/account/profile.html",
        title=WORDS.text("profile.title", request.language),
        here="account",
        refused=refused,
        form=form,
        sessions=sessions,
        due_at=due_at,
        has_password=is_with_password,
        roles=roles,
        device=partial(device_text, language=request.language),
        characters_min=settings.password_characters_min,
        grace_days=f"{settings.erasure_grace_days:g}",
    )


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE_BYTES):
        yield piece
