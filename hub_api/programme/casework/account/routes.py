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

from casework.people.credentials import ask_for_email, change_password, has_password, hash_changed
from casework.people.leaving.service import ask_for_erasure, keep_account, write_export
from casework.people.machine import ERASURE
from casework.people.model import Names
from casework.people.readings.service import list_readings
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
from hub_api.programme.kit.frame import WORDS, headers, page
from hub_api.programme.kit.numbers import Before
from hub_api.programme.kit.visit import Visit, VisitHere

router = APIRouter(prefix="/portal/account", include_in_schema=False)
PIECE_BYTES = 65_536


@router.get("")
async def show_profile(visit: VisitHere) -> Response:
    return await _profile(visit, Form())


@router.post("/names")
async def send_names(visit: VisitHere) -> Response:
    signed, form = visit.person, await visit.form()
    names = Names(form.optional("name_ar"), form.optional("name_en"))
    language = next((one for one in LANGUAGES if one == form.text("language")), None)
    if language is None:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        rename(connection, visit.office.desk, signed, names, language)

    return await _attempt(visit, form, work, "names_saved")


@router.post("/password/change")
async def send_password(visit: VisitHere) -> Response:
    signed, form, desk = visit.person, await visit.form(), visit.office.desk
    try:
        proof = await _prove(visit, form.text("current"))
        hashed = await visit.office.hash(lambda: hash_changed(desk, signed, proof, form.text("password")))
    except FalajError as error:
        return await _profile(visit, form, error)

    def work(connection: Connection) -> None:
        change_password(connection, desk, signed, proof, hashed)

    return await _attempt(visit, form, work, "password_changed")


@router.post("/email/change")
async def send_email(visit: VisitHere) -> Response:
    signed, form = visit.person, await visit.form()
    try:
        proof = await _prove(visit, form.text("proof"))
    except FalajError as error:
        return await _profile(visit, form, error)

    def work(connection: Connection) -> None:
        ask_for_email(connection, visit.office.desk, signed, proof, form.text("email"), visit.visitor)

    return await _attempt(visit, form, work, "email_asked")


@router.post("/sessions/end-all")
async def end_all(visit: VisitHere) -> Response:
    signed = visit.person
    await visit.form()
    await visit.do(lambda connection: sign_out_everywhere(connection, signed))
    visit.end()
    return visit.go("", "signed_out")


@router.post("/sessions/{session_id}/end")
async def end_one(visit: VisitHere, session_id: UUID) -> Response:
    signed = visit.person
    await visit.form()
    await visit.do(lambda connection: end_session(connection, signed, session_id))
    return visit.go("/account", "session_ended")


@router.post("/export")
async def send_export(visit: VisitHere) -> Response:
    signed = visit.person
    await visit.form()
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed when it has been sent)
    try:
        await visit.do(lambda connection: write_export(connection, visit.office.desk, signed, file))
    except FalajError as error:
        file.close()
        return await _profile(visit, Form(), error)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    fields = headers(visit.office, visit.language) | {
        "Content-Disposition": 'attachment; filename="falaj-my-data.zip"'
    }
    return StreamingResponse(
        _pieces(file), media_type="application/zip", headers=fields, background=BackgroundTask(file.close)
    )


@router.post("/erase")
async def erase(visit: VisitHere) -> Response:
    signed, form = visit.person, await visit.form()
    version = form.number("version")
    try:
        await visit.do(
            lambda connection: ask_for_erasure(
                connection, visit.office.desk, visit.actor, signed.person.person_id, version
            )
        )
    except FalajError as error:
        return await _profile(visit, form, error)
    visit.end()
    return visit.go("", "erasure_asked")


@router.post("/keep")
async def keep(visit: VisitHere) -> Response:
    signed, form = visit.person, await visit.form()
    version = form.number("version")

    def work(connection: Connection) -> None:
        keep_account(connection, visit.office.desk, signed.actor, signed.person.person_id, version)

    return await _attempt(visit, form, work, "account_kept")


@router.get("/readings")
async def show_readings(visit: VisitHere, before: Before = None) -> Response:
    signed, rows = visit.person, visit.office.settings.portal.page_rows
    readings = await visit.do(
        lambda connection: list_readings(connection, visit.office.desk, signed, before, rows)
    )
    names = await visit.do(lambda connection: find_names(connection, [one.reader for one in readings]))
    return page(
        visit,
        "casework/account/readings.html",
        title=WORDS.text("readings.title", visit.language),
        here="account",
        readings=readings,
        names=names,
        rows=rows,
        known=lambda what: f"reading.{what.replace('.', '_')}" in WORDS.texts["en"],
    )


async def _prove(visit: Visit, password: str) -> Proof:
    """Who is signed in knows the password; compared without a connection."""
    signed, desk = visit.person, visit.office.desk
    claimed = await visit.do(lambda connection: claim_own(connection, desk, signed, visit.visitor))
    return await visit.office.hash(lambda: prove_own(desk, claimed, password))


async def _attempt(visit: Visit, form: Form, work: Callable[[Connection], None], notice: str) -> Response:
    """Do it and tell so, or show the form again with what stood against it."""
    try:
        await visit.do(work)
    except FalajError as error:
        return await _profile(visit, form, error)
    return visit.go("/account", notice)


async def _profile(visit: Visit, form: Form, refused: FalajError | None = None) -> Response:
    signed, settings = visit.person, visit.office.settings.people

    def work(connection: Connection) -> tuple[list[Session], bool, datetime | None]:
        sessions = list_sessions(connection, visit.office.desk, signed)
        with connection.transaction():
            deadlines = find_deadlines(connection, signed.person.person_id)
        due_at = next((one.instant for one in deadlines if one.name == ERASURE), None)
        return sessions, has_password(connection, signed), due_at

    sessions, is_with_password, due_at = await visit.do(work)
    roles = sorted({WORDS.text(f"role.{grant.role}", visit.language) for grant in visit.actor.grants})
    return page(
        visit,
        "casework/account/profile.html",
        title=WORDS.text("profile.title", visit.language),
        here="account",
        refused=refused,
        form=form,
        sessions=sessions,
        due_at=due_at,
        has_password=is_with_password,
        roles=roles,
        device=partial(device_text, language=visit.language),
        characters_min=settings.password_characters_min,
        grace_days=f"{settings.erasure_grace_days:g}",
    )


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE_BYTES):
        yield piece
