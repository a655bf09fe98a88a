"""A desk of cases: who answers, the case with its thread, and what is done with any of them. A noun has it below its own address.

``handlers_page(router, "/desk/visits", …)`` is the page of those who answer for an organisation; ``seen(…)`` is what the pieces of
``desk.html`` show of a case, and ``add_deeds(PAGE, …)`` what its forms send.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.cases import handling, service
from casework.cases.handling import Desk
from casework.cases.model import Case, Handler
from casework.cases.settings import CaseSettings
from casework.files.pictures import FORMATS
from casework.programme import Session
from hub_api.programme.kit.addresses import add_route, argument, names_in
from hub_api.programme.kit.attachment import attachment
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest


def handlers_page(
    router: APIRouter,
    desk_path: str,
    here: str,
    more: Callable[[Session, PortalRequest, UUID], Mapping[str, Any]] = lambda *_: {},
) -> Page[UUID]:
    """Who answers cases of an organisation, and how high; the text ``HERE.desk`` names the list at ``desk_path``.

    ``more`` is the part on which kiosks are set up, if the noun has some.
    """

    def look(session: Session, request: PortalRequest, organisation_id: UUID) -> dict[str, Any]:
        return {
            "members": handling.list_members(session, organisation_id),
            "handlers": handling.list_handlers(session, organisation_id),
            "desk_path": desk_path,
            "desk_name": WORDS.text(f"{here}.desk", request.language),
            "here_path": f"{desk_path}/handlers/{organisation_id}",
            **more(session, request, organisation_id),
        }

    page = Page(
        router,
        f"{desk_path}/handlers/{{organisation_id}}",
        "casework/cases/handlers.html",
        look,
        guard=signed_in,
        object_guard=handling.list_handlers,
        title="cases.handlers",
        here=here,
    )
    page.post("", _read_handler, "case_handler_named", handling.name_handler)
    page.post("dismiss", _read_person, "case_handler_dismissed", handling.dismiss_handler)
    return page


def seen(session: Session, desk: Desk[Any], case: Case, text: str) -> dict[str, Any]:
    """Of a case that the reader may read, for its staff; ``text`` is what was said."""
    case_id = case.case_id
    handlers = service.list_handlers(session, case.organisation_id)
    messages = service.thread(session, case_id, service.FOR_STAFF)
    people = {one.person_id for one in handlers} | {
        one.person_id for one in messages if one.person_id is not None
    }
    offers = {offer.step.event: offer.refusal for offer in session.steps(desk.binding, case_id)}
    may_lead = desk.may_lead(session, case_id)
    return {
        "asker": service.get_asker(session, case_id),
        "messages": messages,
        "names": handling.names_of(session, people | ({case.handler_id} if case.handler_id else set())),
        "handlers": handlers,
        "joined": service.following(session, case_id),
        "named": handling.list_named(session, case.organisation_id, text),
        "may_declare": may_lead,
        "pictures": desk.list_pictures(session, case_id),
        **picture_limits(session),
        "possible": {event for event, refusal in offers.items() if refusal is None},
        "offered": set(offers),
        "step_words": session.words(case_id),
    }


def picture_limits(session: Session) -> dict[str, object]:
    """What a page says of the pictures that can be sent."""
    limits = session.of(CaseSettings)
    return {
        "accepted": ",".join(f".{ending}" for ending in FORMATS),
        "pictures_max": limits.pictures_max,
        "megabytes_max": limits.picture_received_bytes_max // 1_000_000,
    }


def add_deeds(page: Page[UUID], router: APIRouter, desk: Desk[Any]) -> None:
    """What those who may do with any case: hand it to somebody, keep it from somebody, note something, show a picture."""
    page.edit("hand", lambda form: form.id("handler"), "case_given", desk.hand_to)
    page.post("conflict", _read_person, "case_conflict", desk.declare_conflict)
    page.post("note", lambda form: form.text("note"), "case_noted", desk.take_note)
    page.upload(
        "picture",
        picture_store,
        lambda _, __: None,
        "case_picture",
        lambda session, case_id, _, received: desk.show_picture(session, case_id, received),
    )
    add_pictures(router, page.path, signed_in, desk)


def add_pictures(
    router: APIRouter, path: str, guard: Callable[[PortalRequest], object], desk: Desk[Any]
) -> None:
    """Pictures, for those who read the case at ``path``."""
    (name,) = names_in(path)

    async def route(request: PortalRequest, picture_id: UUID, **ids: UUID) -> Response:
        guard(request)
        file, where = await request.act(desk.open_picture, ids[name], picture_id)
        return attachment(where, file.name, file.media_type)

    arguments = [argument(name, UUID), argument("picture_id", UUID)]
    add_route(router, "GET", f"{path}/pictures/{{picture_id}}", route, arguments)


def picture_store(request: PortalRequest) -> Any:
    return request.office.programme.of(CaseSettings).store()


def _read_handler(form: Form) -> Handler:
    return Handler(form.id("person"), form.number("level"), form.optional("unit"))


def _read_person(form: Form) -> UUID:
    return form.id("person")
