"""``/portal/account/sources``: "Send your data" — sources, their devices, and what waits of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Path
from starlette.responses import Response

from casework.programme import Session
from citycore.dead_letters.rules import reason_text
from citycore.errors import FalajError
from citycore.language import Language
from citycore.registry import owned
from citycore.registry.document import SourceEntry
from citycore.topics import PREFIX
from citycore.vocabulary import observed_properties
from hub_api.programme.casework.sources import service
from hub_api.programme.casework.sources.broker import replay, tell_broker
from hub_api.programme.casework.sources.service import Meaning, Reading, Wanted
from hub_api.programme.casework.sources.settings import SourceSettings
from hub_api.programme.casework.sources.setup import SECRET, Access, Hub, broker_of, setup_of
from hub_api.programme.casework.sources.trial import heard_of
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Row
from hub_api.programme.kit.pages import ERROR_PAGES, Page, signed_in
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.reveal import keep, take
from hub_api.programme.kit.values import ValueForm
from hub_api.serving.ingest import Format, Ingest, IngestBusy

router = APIRouter(prefix="/portal", include_in_schema=False)
_PATH = "/account/sources"
#: The secret of this browser that holds a new secret of a source until its page shows it.
NEW_SECRET = "falaj_new_source_secret"  # noqa: S105 (the name of a cookie)
ZONE = "Asia/Muscat"
Code = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
WANTED, READING = ValueForm(Wanted), ValueForm(Reading)
MEANING = ValueForm(Meaning, names={"name": "sent_name"})
page = partial(Page, router, guard=signed_in, here="account")


def ingest_of(request: PortalRequest) -> Ingest:
    found: Ingest = request.http.app.state.ingest
    return found


async def formats_of(request: PortalRequest) -> tuple[Format, ...]:
    """Those that ingest reads; none while it is away."""
    try:
        return await ingest_of(request).formats()
    except IngestBusy:
        return ()


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    owners = service.owners_of(session)
    found = service.list_own(session, request.query("after"))
    return {
        "sources": found,
        "owners": service.names_of(session, owners, request.language),
        "is_operator": service.is_operator(session),
        "rows": session.of(SourceSettings).rows_max,
    }


page(_PATH, "casework/sources/list.html", look_at_list, title="sources.title")


def look_at_new(session: Session, request: PortalRequest) -> dict[str, Any]:
    service.require_owner(session)
    owners = service.names_of(session, service.owners_of(session), request.language)
    blank = Wanted(None, None, None, "tasmota", ZONE, takes_receive_time=True, owner=next(iter(owners)))
    return {"form": WANTED.fill(blank, request.typed), "owners": owners, "zones": zones()}


async def formats_beside(request: PortalRequest, _: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"formats": [(each.code, each.name) for each in await formats_of(request)]}


NEW = page(
    f"{_PATH}/new", "casework/sources/new.html", look_at_new, title="sources.new", beside=formats_beside
)


@router.post(f"{_PATH}/new")
async def make(request: CurrentRequest) -> Response:
    _, form = request.person, await request.form()
    try:
        wanted = WANTED(form)
        await request.look(service.check, wanted)
        if wanted.decoder not in {each.code for each in await ingest_of(request).formats()}:
            raise FormUnreadable
        code, secret = await request.act(service.make, wanted)
    except ERROR_PAGES:
        raise
    except FalajError as error:
        return await NEW.show(request, refused=error)
    return await shown_once(request, code, secret, "source_made")


def look(session: Session, request: PortalRequest, source: Code) -> dict[str, Any]:
    state = service.get_state(session, source)
    entry, new = state.entry, take(request, NEW_SECRET, source)
    username, _, secret = (new or "").rpartition(".")
    usernames = [each.username for each in state.credentials if each.revoked_at is None]
    return {
        "title": entry.name_ar if request.language == "ar" else entry.name_en,
        "entry": entry,
        "state": state,
        "new": None if new is None else Access(source, username, secret),
        "is_told": any(each.username == username and each.told_at for each in state.credentials),
        "access": Access(source, username or next(iter(usernames), "USER"), secret or SECRET),
        "reading": READING.fill(
            Reading(entry.zone or "", entry.time_policy == "receive_time"), request.typed
        ),
        "zones": zones(),
        "meaning": MEANING.fill(Meaning("", None, None), request.typed),
        "properties": [(code, property_name(code, request.language)) for code in observed_properties()],
        "things": things_of(state.values),
        "counted_max": session.of(SourceSettings).counted_max,
        "reason_text": partial(reason_text, language=request.language),
        "property_name": partial(property_name, language=request.language),
        "prefix": f"{PREFIX}/{source}/",
    }


async def beside(request: PortalRequest, found: Mapping[str, Any]) -> Mapping[str, Any]:
    """What ingest knows of it: devices that were heard of, and what is typed into a device."""
    entry, state = found["entry"], found["state"]
    formats = {each.code: each for each in await formats_of(request)}
    try:
        heard, _ = await heard_of(ingest_of(request), entry, state.letters)
    except FalajError:
        heard = None
    settings = request.http.app.state.hub.settings
    known = formats.get(entry.decoder)
    return {
        "heard": heard,
        "format": known.name if known else entry.decoder,
        "setup": setup_of(
            entry.decoder,
            known.topics if known else (),
            found["access"],
            Hub(broker_of(request.site, settings.broker_url), request.site, request.office.clock()),
        ),
    }


PAGE = page(f"{_PATH}/{{source}}", "casework/sources/show.html", look, beside=beside)
PAGE.post("edit", READING, "saved", service.change_reading)
PAGE.post("meanings", MEANING, "saved", service.give_meaning)


@router.post(f"{_PATH}/{{source}}/credentials")
async def issue(request: CurrentRequest, source: Code) -> Response:
    _, _ = request.person, await request.form()
    try:
        secret = await request.act(service.issue, source)
    except ERROR_PAGES:
        raise
    except FalajError as error:
        return await PAGE.show(request, source, refused=error)
    return await shown_once(request, source, secret, "source_credential_made")


async def shown_once(request: PortalRequest, source: str, secret: service.Secret, notice: str) -> Response:
    """Tell the broker, and lead on to the page that shows the secret, this once."""
    await tell_broker(request, source, secret)
    keep(request, NEW_SECRET, source, f"{secret.username}.{secret.text}")
    return request.go(f"{_PATH}/{source}", notice)


def look_from_credential(
    session: Session,
    request: PortalRequest,
    source: Code,
    credential_id: Row,  # noqa: ARG001 (named by the address)
) -> dict[str, Any]:
    return look(session, request, source)


CREDENTIAL = page(
    f"{_PATH}/{{source}}/credentials/{{credential_id}}",
    "casework/sources/show.html",
    look_from_credential,
    home=lambda _, source, _credential: f"{_PATH}/{source}",
    beside=beside,
)
CREDENTIAL.press("revoke", "source_credential_revoked", service.revoke)


@router.post(f"{_PATH}/{{source}}/accept")
async def accept(request: CurrentRequest, source: Code) -> Response:
    """Register a device as its newest messages propose it, and send once more what waits."""
    _, form = request.person, await request.form()
    try:
        state = await request.look(service.get_state, source)
        thing = named_thing(form)
        _, document = await heard_of(ingest_of(request), state.entry, state.letters)
        await request.act(service.accept, source, document, thing)
        await replay(request, source)
    except ERROR_PAGES:
        raise
    except FalajError as error:
        return await PAGE.show(request, source, refused=error)
    return request.go(f"{_PATH}/{source}", "device_accepted")


@router.post(f"{_PATH}/{{source}}/replay")
async def replay_waiting(request: CurrentRequest, source: Code) -> Response:
    """Send once more what waits of a source, after something was mended."""
    _, _ = request.person, await request.form()
    try:
        await request.look(service.get_source, source)
        await replay(request, source)
    except ERROR_PAGES:
        raise
    except FalajError as error:
        return await PAGE.show(request, source, refused=error)
    return request.go(f"{_PATH}/{source}", "letters_replayed")


def look_at_trial(session: Session, request: PortalRequest, source: Code) -> dict[str, Any]:
    entry = service.get_source(session, source)
    form = request.typed if request.sent is not None else Form({"topic": [f"{PREFIX}/{source}/"]})
    return {"entry": entry, "form": form, "reason_text": partial(reason_text, language=request.language)}


TRIAL = page(f"{_PATH}/{{source}}/try", "casework/sources/try.html", look_at_trial, title="sources.try")


@router.post(f"{_PATH}/{{source}}/try")
async def try_message(request: CurrentRequest, source: Code) -> Response:
    """What a message would become, shown below the form that it was pasted into."""
    _, form = request.person, await request.form()
    try:
        entry = await request.look(service.get_source, source)
        answer = await ingest_of(request).try_(entry, *pasted(form))
    except ERROR_PAGES:
        raise
    except FalajError as error:
        return await TRIAL.show(request, source, refused=error)
    return await TRIAL.show(request, source, outcome=answer, new_things=new_things(entry, answer))


@router.post(f"{_PATH}/{{source}}/try/accept")
async def accept_tried(request: CurrentRequest, source: Code) -> Response:
    """Register what a pasted message proposes."""
    _, form = request.person, await request.form()
    try:
        entry = await request.look(service.get_source, source)
        thing = named_thing(form)
        proposal = service.read_proposal(await ingest_of(request).try_(entry, *pasted(form)))
        await request.act(service.accept, source, proposal, thing)
        await replay(request, source)
    except ERROR_PAGES:
        raise
    except FalajError as error:
        return await TRIAL.show(request, source, refused=error)
    return request.go(f"{_PATH}/{source}", "device_accepted")


def pasted(form: Form) -> tuple[str, bytes]:
    """Topic and payload; :class:`FormUnreadable` without a payload."""
    payload = form.text("payload")
    if not payload.strip():
        raise FormUnreadable
    return form.text("topic").strip(), payload.encode()


def named_thing(form: Form) -> str:
    thing = form.text("thing")
    if not thing:
        raise FormUnreadable
    return thing


def new_things(entry: SourceEntry, answer: Mapping[str, Any]) -> list[Any]:
    """Those of the proposal that would bring something new."""
    known = {
        (thing.code, each.observed_property, each.sensor)
        for thing in entry.things
        for each in thing.datastreams
    }
    return [
        thing
        for source in service.read_proposal(answer).sources
        for thing in source.things
        if {(thing.code, each.observed_property, each.sensor) for each in thing.datastreams} - known
    ]


def things_of(values: Sequence[owned.NewestValue]) -> dict[str, list[owned.NewestValue]]:
    """Datastreams by the code of their thing, in order."""
    found: dict[str, list[owned.NewestValue]] = {}
    for value in values:
        found.setdefault(value.thing, []).append(value)
    return found


def property_name(code: str, language: Language) -> str:
    """What it is called; the code itself of one that an operator has added."""
    known = observed_properties().get(code)
    if known is None:
        return code
    return known.name_ar if language == "ar" else known.name_en


def zones() -> list[tuple[str, str]]:
    """All of the IANA database that are places, Muscat first."""
    known = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [(zone, zone) for zone in dict.fromkeys((ZONE, "UTC", *known))]
