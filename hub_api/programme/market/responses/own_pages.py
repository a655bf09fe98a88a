"""``/portal/needs/…/response`` and ``/portal/account/responses``: a vendor's own, handed in sealed.

What a vendor types is in the request and in its answer, and nowhere else.

``/portal/needs/…/opening``: openers make their keys, and bring them when responses have closed.
"""

from __future__ import annotations

from base64 import b64encode
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response as Answer

from casework.files.kinds import MEDIA_TYPES
from casework.money.rules import parse_amount
from casework.programme import Session
from casework.sealing.keys import fingerprint_of, pair_from
from casework.workflow.errors import NoSuchObject, NotAllowed, existing
from citycore.errors import FalajError
from hackathon.market.needs import openers
from hackathon.market.needs.machine import TOLD, UNPUBLISHED
from hackathon.market.needs.model import CURRENCY, Need
from hackathon.market.needs.openers import shown_keys
from hackathon.market.needs.service import get_need, get_own_need
from hackathon.market.responses import service
from hackathon.market.responses.evaluation import count_handed_in
from hackathon.market.responses.machine import RESPONSE
from hackathon.market.responses.model import Answers, Attached, Receipt, Response
from hackathon.market.responses.opening import bring_key
from hackathon.market.responses.outcome import own_outcome
from hackathon.market.responses.rules import FIELDS
from hackathon.market.responses.settings import ResponseSettings
from hub_api.programme.kit import draft_files
from hub_api.programme.kit.errors import FormUnreadable, NoFile
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.marks import public_mark, state_mark
from hub_api.programme.kit.outlook import Subject
from hub_api.programme.kit.pages import Onward, Page, as_sent, signed_in
from hub_api.programme.kit.places import Keeping
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.market.needs.words import vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What stands in a response, or opens one, is kept nowhere: a draft is a file that its writer takes away.
page = partial(Page, router, guard=signed_in, vocabulary=vocabulary, keeping=Keeping.NOTHING)
_ACCEPT = ",".join(f".{one}" for one in MEDIA_TYPES)


def label_of(own: Response, need: Need) -> Any:
    """Until all are told, a vendor learns no more than that it is being evaluated."""
    return RESPONSE.label("state", own.state) if need.state in TOLD else RESPONSE.public_label(own.state)


def look_of(own: Response, need: Need) -> str:
    """As :func:`label_of`: the look of a state tells no more than its name."""
    return (state_mark if need.state in TOLD else public_mark)("response", own.state)


page(
    "/account/responses",
    "market/responses/list.html",
    lambda session, _: {"found": service.list_own(session), "state_label": label_of, "look_of": look_of},
    title="responses.own",
    here="account",
)


def require_vendor(session: Session, _: UUID) -> None:
    """Whoever speaks for a verified vendor; :class:`NotAllowed`."""
    if not service.is_vendor(session):
        raise NotAllowed


def look(session: Session, request: PortalRequest, need_id: UUID) -> dict[str, Any]:
    """A vendor's response to a need, if it has begun one; ``events`` are the steps that are possible now."""
    require_vendor(session, need_id)
    need, own = get_need(session, need_id), service.find_own(session, need_id)
    steps = [] if own is None else steps_on(session, request, RESPONSE, own.response_id)
    return {
        "title": need.title(request.language),
        "need": need,
        "own": own,
        "events": {one.event for one in steps if one.refusal is None},
        "told_me": None if own is None else own_outcome(session, need, own),
        "deadlines": session.deadlines(need_id),
        "opener_keys": shown_keys(session, need_id),
        "accept": _ACCEPT,
        "settings": session.of(ResponseSettings),
        "is_draft": False,
        "draft_left": (),
        "draft_files": (),
        "state_label": None if own is None else label_of(own, need),
        "look": None if own is None else look_of(own, need),
    }


def begin(session: Session, need_id: UUID, _: Form) -> None:
    service.begin(session, need_id)


def withdraw(session: Session, need_id: UUID, version: int) -> None:
    service.withdraw(session, get_own(session, need_id).response_id, version)


def get_own(session: Session, need_id: UUID) -> Response:
    return existing(service.find_own(session, need_id))


PAGE = page(
    "/needs/{need_id}/response",
    "market/responses/own.html",
    look,
    object_guard=require_vendor,
    subject=Subject(RESPONSE, "own", lambda one: one.need_id, lambda found: found["need"].state not in TOLD),
    here="marketplace",
    tab="needs",
)
PAGE.post("", as_sent, "response_begun", begin)
PAGE.post("withdraw", lambda form: form.number("version"), "response_withdrawn", withdraw)


@router.post("/needs/{need_id}/response/hand-in")
async def hand_in(request: CurrentRequest, need_id: UUID) -> Answer:
    """The answer to this very request is the receipt; where it is refused, the form comes back with what was typed."""
    _ = request.person
    await request.look(require_vendor, need_id)
    settings = request.office.settings.responses
    form, files = await request.held(settings.files_bytes_max, settings.files_max)
    version = form.number("version")
    try:
        shown = files if request.office.settings.files.scanner_sees_sealed else []
        attached = await request.check(lambda _: service.attach_all(settings, files), shown) if files else ()
        receipt = await request.act(seal, need_id, form, attached, version)
    except (FormUnreadable, NoSuchObject):
        raise
    except FalajError as error:
        return await PAGE.show(request, need_id, refused=error)
    return await PAGE.show(
        request,
        need_id,
        template="market/responses/receipt.html",
        title=WORDS.text("responses.receipt", request.language),
        receipt=receipt,
        document=receipt.document.decode(),
        saved=b64encode(receipt.document).decode(),
    )


def names_of(need: Need) -> list[str]:
    """The fields of the form in which a response is written."""
    return ["summary", *(f"answer_{one.code}" for one in need.description.criteria), "price"]


@router.post("/needs/{need_id}/response/draft")
async def take_draft(request: CurrentRequest, need_id: UUID) -> Answer:
    """What was typed so far, as a file of the vendor's own: it passes through this request and is kept nowhere."""
    _ = request.person
    await request.look(require_vendor, need_id)
    form, need = await request.form(), await request.look(get_need, need_id)
    place, at = _place(need_id), request.office.clock()
    content = draft_files.write(form, place, names_of(need), "files", at)
    headers = {
        "Content-Disposition": f'attachment; filename="draft-{need_id}.json"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(content, media_type="application/json", headers=headers)


@router.post("/needs/{need_id}/response/draft/open")
async def open_draft(request: CurrentRequest, need_id: UUID) -> Answer:
    """The form with what such a file says; it is read in memory, and is kept nowhere either."""
    _ = request.person
    await request.look(require_vendor, need_id)
    _, files = await request.held(request.office.settings.portal.form_bytes_max, 1)
    need = await request.look(get_need, need_id)
    try:
        if not files:
            raise NoFile
        brought = draft_files.read(files[0][1], _place(need_id), names_of(need))
    except FalajError as error:
        return await PAGE.show(request, need_id, refused=error)
    request.sent = brought.form
    return await PAGE.show(
        request, need_id, is_draft=True, draft_left=brought.left, draft_files=brought.files
    )


def _place(need_id: UUID) -> str:
    """Which form a draft is of, in the draft."""
    return f"/needs/{need_id}/response"


def seal(
    session: Session, need_id: UUID, form: Form, attached: tuple[Attached, ...], version: int
) -> Receipt:
    """Summary, answers and price as they were typed; a price that cannot be read is refused without being repeated."""
    own, need = get_own(session, need_id), get_need(session, need_id)
    answers = {one.code: form.text(f"answer_{one.code}").strip() for one in need.description.criteria}
    if not form.text("price").strip():
        raise FIELDS.wrong("price", f"> 0 {CURRENCY}")
    price = parse_amount(form.text("price"), CURRENCY).minor
    said = Answers(form.text("summary").strip(), answers, price, attached)
    return service.hand_in(session, own.response_id, said, version)


def look_at_opening(session: Session, _: PortalRequest, need_id: UUID) -> dict[str, Any]:
    """Who holds keys, how far the opening is, and by opener the fingerprints of the keys that were made so far."""
    need, named = get_own_need(session, need_id), openers.list_openers(session, need_id)
    if not need.description.is_sealed:
        raise NoSuchObject
    own = next((one for one in named if one.person_id == session.actor.person_id), None)
    return {
        "need": need,
        "openers": named,
        "fingerprints": {one.opener_id: fingerprint_of(one.public_key) for one in named if one.public_key},
        "own": own,
        "handed_in": count_handed_in(session, need_id),
        "planned": session.planned(need_id),
        "may_make": need.state in UNPUBLISHED and own is not None,
        "may_bring": need.state == "closed" and own is not None and own.opened_at is None,
    }


OPENING = Page(
    router,
    "/needs/{need_id}/opening",
    "market/responses/opening.html",
    look_at_opening,
    guard=signed_in,
    object_guard=get_own_need,
    title="responses.opening",
    here="marketplace",
    tab="needs",
    vocabulary=vocabulary,
    keeping=Keeping.NOTHING,
)


async def make_key(request: PortalRequest, need_id: UUID, _: Form) -> Answer:
    """The answer to this very request shows the key; no page does it again."""
    words = await request.act(openers.make_key, need_id)
    fingerprint = fingerprint_of(pair_from(words).public)
    label = WORDS.text("responses.key_fingerprint", request.language)
    return await OPENING.show(
        request,
        need_id,
        template="market/responses/key.html",
        title=WORDS.text("responses.key", request.language),
        words=words,
        fingerprint=fingerprint,
        saved=b64encode(f"{words}\n\n{label}: {fingerprint}\n".encode()).decode(),
    )


async def send_key(request: PortalRequest, need_id: UUID, key: str) -> Onward:
    """A wrong key stays in the log, so the service opens its own transactions."""
    opening = await request.run(bring_key, request.actor, need_id, key)
    if opening.is_complete:
        return Onward(f"/needs/{need_id}/evaluation", "responses_opened")
    return Onward(f"/needs/{need_id}/opening")


OPENING.answer("key", as_sent, "key_brought", make_key)
OPENING.answer("", lambda form: form.text("key"), "key_brought", send_key)
