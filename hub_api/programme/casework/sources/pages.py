"""``/portal/account/sources``: "Send your data" — sources, their devices, and what waits of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Annotated, Any
from zoneinfo import available_timezones

import anyio.to_thread
from fastapi import APIRouter, Path
from starlette.responses import Response

from casework.access.model import Role, ScopeKind
from casework.organisations.service import list_known
from casework.programme import Session
from casework.sources import service, vocabulary
from casework.sources.errors import PACKAGE
from casework.sources.model import Meaning, Reading, Secret, Wanted, Wish
from casework.sources.settings import SourceSettings
from casework.workflow.wording import Label
from citycore.dead_letters.rules import reason_text
from citycore.errors import FalajError
from citycore.language import Language
from citycore.registry import owned
from citycore.registry.document import SourceEntry
from citycore.registry.field_table import TABLE_DECODER
from citycore.topics import PREFIX
from citycore.units import known_units
from citycore.vocabulary import nearest, normalise_name
from hackathon.contest.teams.service import get_team
from hub_api.city.observed_properties.vocabulary import fetch_vocabulary
from hub_api.programme.casework.sources.setup import SECRET, Access, Hub, broker_of, setup_of
from hub_api.programme.casework.sources.trial import heard_of, timed
from hub_api.programme.kit import reveal
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Row
from hub_api.programme.kit.pages import Onward, Page, as_sent, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import ValueForm
from hub_api.serving.ingest import Format, Ingest, IngestBusy

router = APIRouter(prefix="/portal", include_in_schema=False)
_PATH = "/account/sources"
#: The secret of this browser that holds a new secret of a source until its page shows it.
NEW_SECRET = "falaj_new_source_secret"  # noqa: S105 (the name of a cookie)
ZONE = "Asia/Muscat"
Code = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
WANTED, READING = ValueForm(Wanted), ValueForm(Reading)
WISH = ValueForm(Wish)
MEANING = ValueForm(Meaning, names={"name": "sent_name"})
#: What stands against messages of which somebody has to say what their fields are.
MENDED_BY_TABLE = frozenset(owned.MENDED_BY_MAPPING) - frozenset(owned.MENDED_BY_REGISTERING)
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
    return {
        "sources": service.list_own(session, request.query("after")),
        "owners": owners_of(session, request.language),
        "is_operator": service.is_operator(session),
        "rows": session.of(SourceSettings).rows_max,
    }


page(_PATH, "casework/sources/list.html", look_at_list, title="sources.title")


def look_at_new(session: Session, request: PortalRequest) -> dict[str, Any]:
    service.require_owner(session)
    owners = owners_of(session, request.language)
    blank = Wanted(None, None, None, TABLE_DECODER, ZONE, takes_receive_time=True, owner=next(iter(owners)))
    return {"form": WANTED.fill(blank, request.typed), "owners": owners, "zones": zones()}


async def formats_beside(request: PortalRequest, _: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"formats": [(each.code, each.name) for each in await formats_of(request)]}


NEW = page(
    f"{_PATH}/new",
    "casework/sources/new.html",
    look_at_new,
    title="sources.new",
    beside=formats_beside,
    object_guard=service.require_owner,
)


async def make(request: PortalRequest, wanted: Wanted) -> Onward:
    await request.look(service.check, wanted)
    if wanted.decoder not in {each.code for each in await ingest_of(request).formats()}:
        raise FormUnreadable
    code, secret = await request.run(service.make, request.actor, wanted)
    return onward(code, secret)


def onward(source: str, secret: Secret) -> Onward:
    """To the page of the source, which shows the secret this once."""
    kept = reveal.Secret(NEW_SECRET, source, f"{secret.username}.{secret.text}")
    return Onward(f"{_PATH}/{source}", secret=kept)


NEW.answer("", WANTED, "source_made", make)


def look(session: Session, request: PortalRequest, source: Code) -> dict[str, Any]:
    state = service.get_state(session, source)
    entry, new = state.entry, reveal.take(request, NEW_SECRET, source)
    username, _, secret = (new or "").rpartition(".")
    usernames = [each.username for each in state.credentials if each.revoked_at is None]
    return {
        "title": entry.name_ar if request.language == "ar" else entry.name_en,
        "entry": entry,
        "state": state,
        "review": state.review,
        "state_name": lambda review: Label(PACKAGE, f"source.state.{review}").text(request.language),
        "new": None if new is None else Access(source, username, secret),
        "is_told": any(each.username == username and each.told_at for each in state.credentials),
        "access": Access(source, username or next(iter(usernames), "USER"), secret or SECRET),
        "reading": READING.fill(
            Reading(entry.zone or "", entry.time_policy == "receive_time"), request.typed
        ),
        "zones": zones(),
        "meaning": MEANING.fill(Meaning("", None, None), request.typed),
        "things": things_of(state.values),
        "counted_max": session.of(SourceSettings).counted_max,
        "reason_text": partial(reason_text, language=request.language),
        "prefix": f"{PREFIX}/{source}/",
        "message": None if state.waiting_message is None else text_of(state.waiting_message.payload),
        "mended_by_table": MENDED_BY_TABLE,
        "has_table": entry.decoder == TABLE_DECODER,
        "has_values": any(value.time is not None for value in state.values),
    }


def text_of(payload: bytes) -> str:
    """A message as a page shows it, one way to end lines; empty if it is no text."""
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        return ""
    return "" if "\0" in text else text.replace("\r\n", "\n").replace("\r", "\n")


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
        **await words_of(request, _unknown((each.reason, each.detail) for each in state.waiting)),
        "heard": heard,
        "format": known.name if known else entry.decoder,
        "setup": setup_of(
            entry.decoder,
            known.topics if known else (),
            found["access"],
            Hub(broker_of(request.site, settings.broker_url), request.site, request.office.clock()),
        ),
    }


PAGE = page(
    f"{_PATH}/{{source}}", "casework/sources/show.html", look, object_guard=service.get_source, beside=beside
)
PAGE.run("edit", READING, "saved", service.change_reading)
PAGE.run("meanings", MEANING, "saved", service.give_meaning)


async def issue(request: PortalRequest, source: str, _: Form) -> Onward:
    return onward(source, await request.run(service.issue, request.actor, source))


async def accept(request: PortalRequest, source: str, thing: str) -> None:
    """Register a device as its newest messages propose it."""
    state = await request.look(service.get_state, source)
    _, document = await heard_of(ingest_of(request), state.entry, state.letters)
    await request.run(service.accept, request.actor, source, document, thing)


async def replay(request: PortalRequest, source: str, _: Form) -> None:
    await request.run(service.replay, request.actor, source)


def named_thing(form: Form) -> str:
    thing = form.text("thing")
    if not thing:
        raise FormUnreadable
    return thing


PAGE.answer("credentials", as_sent, "source_credential_made", issue)
PAGE.answer("accept", named_thing, "device_accepted", accept)
PAGE.answer("replay", as_sent, "letters_replayed", replay)


def look_from_credential(
    session: Session,
    request: PortalRequest,
    source: Code,
    credential_id: Row,  # noqa: ARG001 (named by the address)
) -> dict[str, Any]:
    return look(session, request, source)


async def revoke(request: PortalRequest, source: str, credential_id: int, _: Form) -> None:
    await request.run(service.revoke, request.actor, source, credential_id)


page(
    f"{_PATH}/{{source}}/credentials/{{credential_id}}",
    "casework/sources/show.html",
    look_from_credential,
    object_guard=lambda session, source, _: service.get_source(session, source),
    home=lambda _, source, _credential: f"{_PATH}/{source}",
    beside=beside,
).answer("revoke", as_sent, "source_credential_revoked", revoke)


def look_at_trial(session: Session, request: PortalRequest, source: Code) -> dict[str, Any]:
    entry = service.get_source(session, source)
    form = request.typed if request.sent is not None else Form({"topic": [f"{PREFIX}/{source}/"]})
    return {"entry": entry, "form": form, "reason_text": partial(reason_text, language=request.language)}


TRIAL = page(
    f"{_PATH}/{{source}}/try",
    "casework/sources/try.html",
    look_at_trial,
    object_guard=service.get_source,
    title="sources.try",
)


def pasted(form: Form) -> tuple[str, bytes]:
    """Topic and payload; :class:`FormUnreadable` without a payload."""
    payload = form.text("payload")
    if not payload.strip():
        raise FormUnreadable
    return form.text("topic").strip(), payload.encode()


def pasted_thing(form: Form) -> tuple[str, bytes, str]:
    return *pasted(form), named_thing(form)


async def try_message(request: PortalRequest, source: str, sent: tuple[str, bytes]) -> Response:
    """What a message would become, shown below the form that it was pasted into."""
    entry = await request.look(service.get_source, source)
    answer = await ingest_of(request).try_(entry, *sent)
    refused = ((each["reason"], each["detail"]) for each in answer["refused"])
    words = await words_of(request, _unknown(refused))
    return await TRIAL.show(
        request, source, outcome=timed(answer), new_things=new_things(entry, answer), **words
    )


async def accept_tried(request: PortalRequest, source: str, sent: tuple[str, bytes, str]) -> Onward:
    """Register what a pasted message proposes."""
    topic, payload, thing = sent
    entry = await request.look(service.get_source, source)
    proposal = service.read_proposal(await ingest_of(request).try_(entry, topic, payload))
    await request.run(service.accept, request.actor, source, proposal, thing)
    return Onward(f"{_PATH}/{source}")


def look_at_wish(session: Session, request: PortalRequest, source: Code) -> dict[str, Any]:
    """The form that asks for an observed property; an address can fill in the name as sent."""
    entry, name = service.get_source(session, source), request.query("name")
    form = request.typed if request.sent is not None else Form({"name": [name], "name_en": [name]})
    return {"entry": entry, "form": form, "units": known_units()}


async def ask(request: PortalRequest, source: str, wish: Wish) -> Onward:
    await request.run(vocabulary.ask, request.actor, source, wish, request.visitor)
    return Onward(f"{_PATH}/{source}")


page(
    f"{_PATH}/{{source}}/ask",
    "casework/sources/ask.html",
    look_at_wish,
    object_guard=service.get_source,
    title="sources.ask",
).answer("", WISH, "property_asked", ask)
TRIAL.answer("", pasted, "saved", try_message)
TRIAL.answer("accept", pasted_thing, "device_accepted", accept_tried)


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


def owners_of(session: Session, language: Language) -> dict[str, str]:
    """What those are called for whom somebody acts, by their codes."""
    owners = service.owners_of(session)
    known = list_known(session, [each.object_id for each in owners if each.kind is ScopeKind.ORGANISATION])
    names = {each.code: each.code for each in owners}
    names |= {f"{ScopeKind.ORGANISATION}:{one.organisation_id}": one.names.shown(language) for one in known}
    for each in owners:
        if each.kind is ScopeKind.TEAM:
            names[each.code] = get_team(session, each.object_id).profile.name
    return names


def _unknown(refused: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The names that nobody knows."""
    return (detail for reason, detail in refused if reason == "unknown_property")


async def words_of(request: PortalRequest, unknown: Iterable[str]) -> dict[str, Any]:
    """What templates say of observed properties: what each is called, and which the unknown names most likely mean."""
    known, _ = await fetch_vocabulary(request.http.app.state.hub.database)
    guessed = list(dict.fromkeys(unknown))[: request.office.programme.of(SourceSettings).guessed_names_max]

    def guess() -> dict[str, tuple[str, ...]]:
        return {name: nearest(name.partition("/")[0], known) for name in guessed}

    is_arabic = request.language == "ar"
    names = {code: each.name_ar if is_arabic else each.name_en for code, each in known.items()}
    return {
        "properties": list(names.items()),
        "property_name": lambda code: names.get(code, code),
        "near": await anyio.to_thread.run_sync(guess),
        "is_keeper": request.actor.has(Role.ADMINISTRATOR),
        "normalise_name": normalise_name,
    }


def zones() -> list[tuple[str, str]]:
    """All of the IANA database that are places, Muscat first."""
    known = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [(zone, zone) for zone in dict.fromkeys((ZONE, "UTC", *known))]
