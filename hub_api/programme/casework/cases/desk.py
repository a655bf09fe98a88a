"""A desk of cases: who answers, the case with its thread, and what is done with any of them. A noun has it below its own address.

``case_list(…)`` is the list; ``handlers_page(router, "/desk/visits", …)`` is the page of those who answer for an organisation; ``seen(…)`` is what the pieces of
``desk.html`` show of a case, and ``add_deeds(PAGE, …)`` what its forms send; so do ``seen_by_asker`` and ``add_asker_deeds`` for whoever follows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import ScopeKind
from casework.access.rules import objects_of
from casework.cases import handling, service
from casework.cases.handling import Desk
from casework.cases.listing import MINE
from casework.cases.model import LEADS, Case, Handler
from casework.cases.settings import CaseSettings
from casework.files.model import Received
from casework.files.pictures import FORMATS
from casework.lists.model import DeskList
from casework.programme import Session
from casework.workflow.errors import NotAllowed
from casework.workflow.model import Machine
from hub_api.programme.kit.addresses import add_route, argument, names_in
from hub_api.programme.kit.attachment import attachment
from hub_api.programme.kit.followers import follows_it
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.kiosks import end_run, kiosk_here
from hub_api.programme.kit.lists.columns import Column, names, state, text, value
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, states_of
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.pages import Onward, Page, anybody, as_sent, signed_in
from hub_api.programme.kit.questionnaires import clears_to
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.reveal import issued_again, take_issued


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


def called_page(router: APIRouter, desk_path: str, here: str) -> None:
    """What is read out to whoever has called; the page tells it once, from the secret that ``called`` owns."""

    def look(session: Session, request: PortalRequest) -> dict[str, Any]:
        require_staff(session)
        desk_name = WORDS.text(f"{here}.desk", request.language)
        return {"issued": take_issued(request, "called"), "desk_path": desk_path, "desk_name": desk_name}

    path = f"{desk_path}/called"
    Page(router, path, "casework/cases/called.html", look, guard=signed_in, title="cases.called", here=here)


def number_page(router: APIRouter, kiosk_at: str, here: str) -> None:
    """Number and code, for as long as a screen of a kiosk stands; whoever goes back finds neither them nor what was typed.

    ``kiosk_at`` is where people begin at a kiosk of an organisation, such as ``/voices/kiosk/{}``; the text ``HERE.keep`` is its title.
    """

    def look(session: Session, request: PortalRequest, organisation_id: UUID) -> dict[str, Any]:
        kiosk_here(session, request, organisation_id)
        end_run(request)
        return {
            "issued": take_issued(request, organisation_id),
            "site_address": f"{request.site}{MOUNT}/follow",
            "is_kiosk": True,
            "refresh": clears_to(request, kiosk_at.format(organisation_id)),
        }

    path = f"{kiosk_at.format('{organisation_id}')}/number"
    Page(router, path, "casework/cases/called.html", look, guard=anybody, title=f"{here}.keep", here=here)


def require_staff(session: Session) -> None:
    """Whoever answers, gives or looks after any; :class:`NotAllowed`."""
    if handling.organisations_of(session) == ():
        raise NotAllowed


class About(NamedTuple):
    """What the list of a noun's cases says of each, in columns, and what can be begun from it: the text of each button, and its path."""

    here: str
    columns: tuple[Column, ...]
    begins: tuple[tuple[str, str], ...] = ()


def case_list(router: APIRouter, path: str, desk: DeskList, machine: Machine[Any], about: About) -> None:
    """The page of all cases at ``path``: of a state, or what the reader has in hand. The text ``HERE.desk`` names it."""

    def beside(session: Session, _: PortalRequest) -> dict[str, Any]:
        own = objects_of(session.actor.at(session.now()), LEADS, ScopeKind.ORGANISATION)
        return {"leads": own, "desk_path": path}

    ListPage(
        router,
        path,
        desk,
        (
            Column("cases.subject", text("subject"), link=f"{path}/{{case_id}}"),
            *about.columns,
            Column("list.state", state(machine)),
            Column("cases.level_column", lambda row, _: row["level"] if row["level"] > 1 else None),
            Column("cases.handler", names("handler", "cases.nobody")),
            Column("list.due", value("due")),
            Column("cases.received", value("received_at"), "received"),
        ),
        guard=signed_in,
        here=about.here,
        title=f"{about.here}.desk",
        empty="cases.desk_lead",
        fields={
            "q": FilterLabel("search"),
            "state": FilterLabel("list.state", states_of(machine, {MINE: "cases.mine"})),
        },
        begins=about.begins,
        template="casework/cases/list.html",
        more=beside,
    )


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


def seen_by_asker(session: Session, request: PortalRequest, desk: Desk[Any], case_id: UUID) -> dict[str, Any]:
    """Of a case that the reader follows; number and code right after they were made."""
    offers = {offer.step.event: offer.refusal for offer in session.steps(desk.binding, case_id)}
    held = desk.list_pictures(session, case_id)
    return {
        "messages": service.thread(session, case_id, service.FOR_ASKER),
        "possible": {event for event, refusal in offers.items() if refusal is None},
        "rating": service.get_rating(session, case_id),
        "issued": take_issued(request, case_id),
        "pictures": held,
        "may_add": len(held) < session.of(CaseSettings).pictures_max,
        **picture_limits(session),
    }


def add_asker_deeds(page: Page[UUID], router: APIRouter, desk: Desk[Any]) -> None:
    """What whoever asked does with any case: reply, send and take back pictures, dispute, rate."""
    (name,) = names_in(page.path)

    def reply(session: Session, case_id: UUID, sent: Form, picture: Received | None = None) -> Onward:
        """Back to the page, which tells number and code again where it did so before."""
        desk.reply(session, case_id, sent.text("text"), picture=picture)
        return Onward(page.path.format(**{name: case_id}), None, issued_again(case_id, sent))

    def rate(session: Session, case_id: UUID, sent: Form) -> None:
        points = sent.text("points")
        is_one = points.isdecimal() and len(points) == 1
        desk.rate(session, case_id, int(points) if is_one else 0, sent.text("text"))

    page.post("reply", as_sent, "case_replied", reply)
    page.upload("picture", picture_store, lambda form, _: form, "case_picture", reply)
    page.press_part("pictures/{picture_id}/remove", "case_picture_back", desk.take_picture_back)
    page.post("dispute", lambda form: form.text("text"), "case_disputed", desk.dispute)
    page.post("rate", as_sent, "case_rated", rate)
    add_pictures(router, page.path, follows_it, desk)


def add_deeds(page: Page[UUID], router: APIRouter, desk: Desk[Any]) -> None:
    """What staff does with any case: ask, hand it to somebody, keep it from somebody, note something, show a picture."""
    page.edit("ask", lambda form: form.text("question"), "case_asked", desk.ask)
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
