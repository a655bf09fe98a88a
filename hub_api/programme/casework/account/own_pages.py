"""``/portal/account``: what somebody says about themselves, where they are signed in, and their data."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from casework.access_log.service import list_entries
from casework.people.credentials import ask_for_email, change_password, has_password, hash_changed
from casework.people.leaving.service import ask_for_erasure, keep_account, write_export
from casework.people.machine import ERASURE
from casework.people.model import Names
from casework.people.sessions.service import end_session, list_sessions, sign_out_everywhere
from casework.people.settings import PeopleSettings
from casework.people.signing_in import Proof, claim_own, prove_own
from casework.people.standing import find_names, rename
from casework.programme import Session
from citycore.errors import FalajError
from citycore.language import Language
from hub_api.programme.casework.account.devices import device_text
from hub_api.programme.kit.numbers import row_number
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.rendering import WORDS, headers
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.values import ValueForm

router = APIRouter(prefix="/portal", include_in_schema=False)
PIECE_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Spelling:
    """How somebody spells their name, and which language they read."""

    name_ar: str | None
    name_en: str | None
    language: Language


def look(session: Session, request: PortalRequest) -> dict[str, Any]:
    settings, language = session.of(PeopleSettings), request.language
    planned = session.planned(session.person_id)
    return {
        "sessions": list_sessions(session),
        "due_at": planned.get(ERASURE),
        "has_password": has_password(session),
        "roles": sorted({WORDS.text(f"role.{grant.role}", language) for grant in session.actor.grants}),
        "device": partial(device_text, language=language),
        "characters_min": settings.password_characters_min,
        "grace_days": f"{settings.erasure_grace_days:g}",
    }


def send_names(session: Session, sent: Spelling) -> None:
    rename(session, Names(sent.name_ar, sent.name_en), sent.language)


PAGE = Page(
    router,
    "/account",
    "casework/account/profile.html",
    look,
    guard=signed_in,
    title="profile.title",
    here="account",
)
PAGE.post("names", ValueForm(Spelling), "names_saved", send_names)
PAGE.press_part("sessions/{session_id}/end", "session_ended", end_session)
PAGE.post(
    "keep",
    lambda form: form.number("version"),
    "account_kept",
    lambda session, version: keep_account(session, session.person_id, version),
)


def look_at_readings(session: Session, request: PortalRequest) -> dict[str, Any]:
    rows = request.office.settings.portal.page_rows
    entries = list_entries(session, request.query_as("before", row_number), rows)
    return {
        "entries": entries,
        "names": find_names(session.connection, [one.reader for one in entries]),
        "rows": rows,
        "known": is_known_reading,
    }


def is_known_reading(what: str) -> bool:
    return f"reading.{what.replace('.', '_')}" in WORDS.texts["en"]


Page(
    router,
    "/account/readings",
    "casework/account/readings.html",
    look_at_readings,
    guard=signed_in,
    title="readings.title",
    here="account",
)


@router.post("/account/password/change")
async def send_password(request: CurrentRequest) -> Response:
    signed, form = request.person, await request.form()
    try:
        proof = await _prove(request, form.text("current"))
        hashed = await request.office.hash(hash_changed, signed, proof, form.text("password"))
        await request.run(change_password, signed, proof, hashed)
    except FalajError as error:
        return await PAGE.show(request, refused=error)
    return request.go("/account", "password_changed")


@router.post("/account/email/change")
async def send_email(request: CurrentRequest) -> Response:
    signed, form, visitor = request.person, await request.form(), request.visitor
    try:
        proof = await _prove(request, form.text("proof"))
        await request.run(ask_for_email, signed, proof, form.text("email"), visitor)
    except FalajError as error:
        return await PAGE.show(request, refused=error)
    return request.go("/account", "email_asked")


async def _prove(request: PortalRequest, password: str) -> Proof:
    """Who is signed in knows the password; compared without a connection."""
    signed, visitor = request.person, request.visitor
    claimed = await request.run(claim_own, signed, visitor)
    return await request.office.hash(prove_own, claimed, password)


@router.post("/account/sessions/end-all")
async def end_all(request: CurrentRequest) -> Response:
    _, _ = request.person, await request.form()
    await request.act(sign_out_everywhere)
    request.end()
    return request.go("", "signed_out")


@router.post("/account/erase")
async def erase(request: CurrentRequest) -> Response:
    person, form = request.person.person, await request.form()
    version = form.number("version")
    try:
        await request.act(ask_for_erasure, person.person_id, version)
    except FalajError as error:
        return await PAGE.show(request, refused=error)
    request.end()
    return request.go("", "erasure_asked")


@router.post("/account/export")
async def send_export(request: CurrentRequest) -> Response:
    signed, _ = request.person, await request.form()
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed when it has been sent)
    try:
        await request.run(write_export, signed, file)
    except FalajError as error:
        file.close()
        return await PAGE.show(request, refused=error)
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


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE_BYTES):
        yield piece
