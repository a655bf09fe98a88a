"""``/portal/needs/…/response`` and ``/portal/account/responses``: a vendor's own, handed in sealed.

What a vendor types is in the request and in its answer, and nowhere else.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response as Answer

from casework.files.service import MEDIA_TYPES
from casework.money.rules import parse_amount
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Deadline
from casework.workflow.repository import find_deadlines
from citycore.errors import FalajError
from hackathon.market.needs.machine import TOLD
from hackathon.market.needs.model import CURRENCY, FixedKey, Need
from hackathon.market.needs.openers import shown_keys
from hackathon.market.needs.service import get_need
from hackathon.market.responses import outcome, service
from hackathon.market.responses.machine import RESPONSE
from hackathon.market.responses.model import Answers, Attached, Receipt, Response
from hackathon.market.responses.outcome import Told
from hackathon.market.responses.repository import RESPONSES
from hackathon.market.responses.rules import FIELDS
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.marks import public_mark, state_mark
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.market.needs.words import vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
_ACCEPT = ",".join(f".{one}" for one in MEDIA_TYPES)


@router.get("/account/responses")
async def show_own(request: CurrentRequest) -> Answer:
    _ = request.person
    found = await request.look(service.list_own)
    return render_page(
        request,
        "market/responses/list.html",
        title=WORDS.text("responses.own", request.language),
        here="account",
        found=found,
        state_label=_label_of,
        look_of=_look_of,
        **vocabulary(request),
    )


@router.get("/needs/{need_id}/response")
async def show_response(request: CurrentRequest, need_id: UUID) -> Answer:
    await _require_vendor(request)
    return await _page(request, need_id, Form())


@router.post("/needs/{need_id}/response")
async def begin(request: CurrentRequest, need_id: UUID) -> Answer:
    await _require_vendor(request)
    _ = await request.form()
    try:
        await request.act(lambda session: service.begin(session, need_id))
    except NoSuchObject:
        raise
    except FalajError as error:
        return await _page(request, need_id, Form(), error)
    return request.go(f"/needs/{need_id}/response", "response_begun")


@router.post("/needs/{need_id}/response/hand-in")
async def hand_in(request: CurrentRequest, need_id: UUID) -> Answer:
    """The answer to this very request is the receipt; where it is refused, the form comes back with what was typed."""
    await _require_vendor(request)
    settings = request.office.settings.responses
    form, files = await request.held(settings.files_bytes_max, settings.files_max)
    version = form.number("version")

    def attach() -> tuple[Attached, ...]:
        return tuple(service.attach(settings, name, content) for name, content in files)

    try:
        attached = await request.check(attach) if files else ()
    except FalajError as error:
        return await _page(request, need_id, form, error)

    def work(session: Session) -> Receipt:
        own = _own(session, need_id)
        need = get_need(session, need_id)
        answers = Answers(*_typed(form, need), attached)
        return service.hand_in(session, own.response_id, answers, version)

    try:
        receipt = await request.act(work)
    except (FormUnreadable, NoSuchObject):
        raise
    except FalajError as error:
        return await _page(request, need_id, form, error)
    need = await request.look(lambda session: get_need(session, need_id))
    return render_page(
        request,
        "market/responses/receipt.html",
        title=WORDS.text("responses.receipt", request.language),
        here="marketplace",
        tab="needs",
        need=need,
        receipt=receipt,
        document=receipt.document.decode(),
        saved=b64encode(receipt.document).decode(),
        **vocabulary(request),
    )


@router.post("/needs/{need_id}/response/withdraw")
async def withdraw(request: CurrentRequest, need_id: UUID) -> Answer:
    await _require_vendor(request)
    form = await request.form()
    version = form.number("version")

    def work(session: Session) -> None:
        own = _own(session, need_id)
        service.withdraw(session, own.response_id, version)

    try:
        await request.act(work)
    except NoSuchObject:
        raise
    except FalajError as error:
        return await _page(request, need_id, Form(), error)
    return request.go(f"/needs/{need_id}/response", "response_withdrawn")


class Shown(NamedTuple):
    """A vendor's response to a need, if it has begun one."""

    need: Need
    own: Response | None
    events: frozenset[str]
    told_me: Told | None
    deadlines: list[Deadline]
    opener_keys: Sequence[FixedKey] | None


async def _page(
    request: PortalRequest, need_id: UUID, form: Form, refused: FalajError | None = None
) -> Answer:
    shown = await request.look(lambda session: _look(session, need_id))
    values: dict[str, Any] = shown._asdict()
    settings = request.office.settings.responses
    return render_page(
        request,
        "market/responses/own.html",
        title=shown.need.title(request.language),
        here="marketplace",
        tab="needs",
        form=form,
        refused=refused,
        accept=_ACCEPT,
        settings=settings,
        state_label=_label_of(shown.own, shown.need),
        look=_look_of(shown.own, shown.need),
        reason_label=partial(RESPONSE.label, "reason"),
        **values,
        **vocabulary(request),
    )


def _look(session: Session, need_id: UUID) -> Shown:
    need = get_need(session, need_id)
    own = service.find_own(session, need_id)
    events: frozenset[str] = frozenset()
    told = None
    if own is not None:
        offers = session.steps(RESPONSES, own.response_id)
        events = frozenset(one.step.event for one in offers if one.refusal is None)
        told = outcome.own_outcome(session, need, own)
    deadlines = find_deadlines(session.connection, need_id)
    return Shown(need, own, events, told, deadlines, shown_keys(session, need_id))


def _typed(form: Form, need: Need) -> tuple[str, dict[str, str], int]:
    """Summary, answers and price; a price that cannot be read is refused without being repeated."""
    answers = {one.code: form.text(f"answer_{one.code}").strip() for one in need.description.criteria}
    if not form.text("price").strip():
        raise FIELDS.wrong("price", f"> 0 {CURRENCY}")
    return form.text("summary").strip(), answers, parse_amount(form.text("price"), CURRENCY).minor


def _own(session: Session, need_id: UUID) -> Response:
    own = service.find_own(session, need_id)
    if own is None:
        raise NoSuchObject
    return own


def _label_of(own: Response | None, need: Need) -> Any:
    """Until all are told, a vendor learns no more than that it is being evaluated."""
    if own is None:
        return None
    return RESPONSE.label("state", own.state) if need.state in TOLD else RESPONSE.public_label(own.state)


def _look_of(own: Response | None, need: Need) -> str | None:
    """As :func:`_label_of`: the look of a state tells no more than its name."""
    if own is None:
        return None
    return (state_mark if need.state in TOLD else public_mark)("response", own.state)


async def _require_vendor(request: PortalRequest) -> None:
    _ = request.person
    if not await request.look(service.is_vendor):
        raise NotAllowed
