"""Sources of those who speak for an organisation or lead a team, and all of them for administrators.

The registry has a role of its own, and so services that work with it open two transactions: what is written there is
committed once it stands in the audit log, whose own transaction commits right after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from casework.access.model import Actor, Role, ScopeKind
from casework.audit.model import HUB_CHAIN, Detail, Line
from casework.programme import Programme, Session
from casework.sources.broker import send_waiting, tell_broker
from casework.sources.errors import (
    PACKAGE,
    CodeTaken,
    CodeWrong,
    CredentialGone,
    NameMissing,
    NothingToAccept,
    TooManyCredentials,
    TooManySources,
)
from casework.sources.model import Meaning, Owner, Reading, Registry, Secret, State, Wanted
from casework.sources.settings import SourceSettings
from casework.workflow.errors import LettersTurned, NoSuchObject, NotAllowed
from casework.workflow.wording import Label
from citycore.clock import CITY_ZONE
from citycore.normalisation import turns_letters
from citycore.registry import owned
from citycore.registry.document import Document, MeaningEntry, SourceEntry
from citycore.registry.field_table import TABLE_DECODER
from citycore.registry.reviews import excess_of, review_of
from citycore.registry.service import Keeper, apply, describe
from citycore.store.connections import Connection
from citycore.topics import CODE

#: Who keeps the sources of an organisation; of a team its captain does.
SPEAKERS = frozenset({Role.OFFICER, Role.VENDOR})
SECRET_BYTES = 24
_NOT_CODE = re.compile(r"[^a-z0-9]+")
CODE_CHARACTERS_MAX = 40


def is_operator(session: Session) -> bool:
    return session.actor.at(session.now()).has(Role.ADMINISTRATOR)


def owners_of(session: Session) -> list[Owner]:
    """For whom the actor speaks, and the teams that they lead."""
    found = []
    for grant in session.actor.at(session.now()).grants:
        kind, object_id = grant.scope.kind, grant.scope.object_id
        speaks = kind is ScopeKind.ORGANISATION and grant.role in SPEAKERS
        if object_id is not None and (speaks or (kind is ScopeKind.TEAM and grant.role is Role.CAPTAIN)):
            found.append(Owner(kind, object_id))
    return list(dict.fromkeys(found))


def list_own(session: Session, after: str) -> list[owned.Listed]:
    """One's own sources, or all of them for an administrator."""
    owners = None if is_operator(session) else [each.code for each in owners_of(session)]
    with session.of(Registry).connect() as connection:
        return owned.list_sources(connection, owners, after, session.of(SourceSettings).rows_max)


def require_owner(session: Session) -> None:
    """:class:`NotAllowed` for whoever could own no source."""
    if not owners_of(session):
        raise NotAllowed


def get_source(session: Session, code: str) -> SourceEntry:
    """A source of one's own; for everybody else there is none."""
    with session.of(Registry).connect() as connection:
        return _entry(session, connection, code)


def get_state(session: Session, code: str) -> State:
    """A source of one's own with all that its page shows."""
    settings = session.of(SourceSettings)
    midnight = datetime.combine(session.now().astimezone(CITY_ZONE).date(), time(), CITY_ZONE)
    with session.of(Registry).connect() as connection:
        entry = _entry(session, connection, code)
        return State(
            entry,
            owned.find_credentials(connection, code, settings.rows_max),
            owned.find_newest(connection, code, settings.values_max),
            owned.find_waiting(connection, code, settings.rows_max),
            owned.find_newest_letters(connection, code, settings.tried_topics_max),
            _waiting_message(connection, code),
            owned.count_since(connection, code, midnight, settings.counted_max),
            review_of(connection, code),
            excess_of(connection, code),
        )


def check(session: Session, wanted: Wanted) -> list[str]:
    """What can be said of a new source before anything is looked up; the codes of its possible owners."""
    require_owner(session)
    names = [name for name in (wanted.name_en, wanted.name_ar) if name]
    longest = session.of(SourceSettings).name_characters_max
    if not names or max(map(len, names)) > longest:
        raise NameMissing("name_en", maximum=longest)
    if any(map(turns_letters, names)):
        raise LettersTurned(field=Label(PACKAGE, "field.name_en"))
    if wanted.code and (CODE.fullmatch(wanted.code) is None or len(wanted.code) > CODE_CHARACTERS_MAX):
        raise CodeWrong("code", maximum=CODE_CHARACTERS_MAX)
    owners = [each.code for each in owners_of(session)]
    if wanted.owner not in owners:
        raise NotAllowed
    return owners


def make(programme: Programme, actor: Actor, wanted: Wanted) -> tuple[str, Secret]:
    """A new source with its first credential; its code, and the secret that is shown this once."""
    name_en, name_ar = wanted.name_en or wanted.name_ar or "", wanted.name_ar or wanted.name_en or ""
    with change(programme, actor) as (session, connection):
        settings, owners = session.of(SourceSettings), check(session, wanted)
        if owned.count_sources(connection, wanted.owner) >= settings.sources_per_owner_max:
            raise TooManySources(maximum=settings.sources_per_owner_max)
        code = wanted.code or _code_of(name_en, session)
        if owned.is_taken(connection, code):
            if wanted.code:
                raise CodeTaken("code", code=code)
            code = f"{code}-{session.programme.random(3).hex()}"
        entry = SourceEntry(
            code=code,
            name_en=name_en,
            name_ar=name_ar,
            decoder=wanted.decoder,
            owner=wanted.owner,
            zone=wanted.zone or None,
            time_policy="receive_time" if wanted.takes_receive_time else "reject",
        )
        apply(connection, Document(sources=[entry]), session.now(), Keeper(owners))
        _note(session, entry, "make_source")
        secret = _add_credential(session, connection, entry)
    tell_broker(programme, code, secret)
    return code, secret


def change_reading(programme: Programme, actor: Actor, code: str, reading: Reading) -> None:
    """How its messages are read from now on."""
    policy: Literal["reject", "receive_time"] = "receive_time" if reading.takes_receive_time else "reject"
    with change(programme, actor) as (session, connection):
        entry = _entry(session, connection, code)
        _rewrite(session, connection, replace(entry, zone=reading.zone or None, time_policy=policy))


def give_meaning(programme: Programme, actor: Actor, code: str, meaning: Meaning) -> None:
    """What a name that devices send means from now on."""
    longest = programme.of(SourceSettings).name_characters_max
    if not 0 < len(meaning.name) <= longest:
        raise NameMissing("sent_name", maximum=longest)
    wanted, _, sensor = (meaning.observed_property or "").partition("/")
    said = (
        MeaningEntry(observed_property=wanted, sensor=sensor or None, unit=meaning.unit) if wanted else None
    )
    with change(programme, actor) as (session, connection):
        entry = _entry(session, connection, code)
        _rewrite(session, connection, replace(entry, mapping={**entry.mapping, meaning.name: said}))


def issue(programme: Programme, actor: Actor, code: str) -> Secret:
    """One more credential, whose secret is shown this once."""
    with change(programme, actor) as (session, connection):
        entry, most = _entry(session, connection, code), session.of(SourceSettings).credentials_per_source_max
        if owned.count_credentials(connection, code) >= most:
            raise TooManyCredentials(maximum=most)
        secret = _add_credential(session, connection, entry)
    tell_broker(programme, code, secret)
    return secret


def revoke(programme: Programme, actor: Actor, code: str, credential_id: int) -> None:
    """End a credential; :class:`CredentialGone`."""
    with change(programme, actor) as (session, connection):
        entry = _entry(session, connection, code)
        username = owned.revoke_credential(connection, code, credential_id, session.now())
        if username is None:
            raise CredentialGone
        _note(session, entry, "revoke_source_credential", credential=username)


def accept(programme: Programme, actor: Actor, code: str, proposal: Document, thing: str) -> None:
    """Register a thing as a message proposes it, with its datastreams, and send once more what waits;
    :class:`NothingToAccept`.
    """
    with change(programme, actor) as (session, connection):
        entry = _entry(session, connection, code)
        things = [each for source in proposal.sources for each in source.things if each.code == thing]
        if not things:
            raise NothingToAccept
        document = _with_new_sensors(connection, proposal, replace(entry, things=things))
        apply(connection, document, session.now(), _keeper(session))
        _note(session, entry, "accept_thing", thing=thing)
    send_waiting(programme, code)


def get_waiting_message(session: Session, code: str) -> owned.Letter | None:
    """The newest message of a source of one's own that a table of its fields would mend."""
    with session.of(Registry).connect() as connection:
        _entry(session, connection, code)
        return _waiting_message(connection, code)


def keep_table(
    programme: Programme, actor: Actor, code: str, codec: dict[str, Any], proposal: Document
) -> None:
    """Let messages be read by this table of fields, register what a message proposes with it, and send once more what waits."""
    with change(programme, actor) as (session, connection):
        entry = _entry(session, connection, code)
        things = [each for source in proposal.sources for each in source.things]
        changed = replace(entry, decoder=TABLE_DECODER, codec=codec, things=things)
        document = _with_new_sensors(connection, proposal, changed)
        apply(connection, document, session.now(), _keeper(session))
        _note(session, changed, "change_source")
    send_waiting(programme, code)


def replay(programme: Programme, actor: Actor, code: str) -> None:
    """Send once more what waits of a source of one's own, after something was mended."""
    programme.call(actor, get_source, code)
    send_waiting(programme, code)


def read_proposal(answer: Mapping[str, Any]) -> Document:
    """What ingest proposes to register."""
    return msgspec.convert(answer["proposal"], Document)


@contextmanager
def change(programme: Programme, actor: Actor) -> Iterator[tuple[Session, Connection]]:
    """A call with the registry in a transaction of its own, which commits first."""
    with programme.session(actor) as session, changing(session) as connection:
        yield session, connection


@contextmanager
def changing(session: Session) -> Iterator[Connection]:
    """The registry in a transaction of its own, within a call: it commits first."""
    with session.of(Registry).connect() as connection, connection.transaction():
        yield connection


def _rewrite(session: Session, connection: Connection, changed: SourceEntry) -> None:
    """Its things stay as they are."""
    document = Document(sources=[replace(changed, things=[])])
    apply(connection, document, session.now(), _keeper(session))
    _note(session, changed, "change_source")


def _waiting_message(connection: Connection, code: str) -> owned.Letter | None:
    found = owned.find_newest_letters(connection, code, 1, owned.MENDED_BY_MAPPING)
    return found[0] if found else None


def _with_new_sensors(connection: Connection, proposal: Document, source: SourceEntry) -> Document:
    """The source with those sensors that its things name and nobody has described: what is described stays as it is."""
    named = {each.sensor for thing in source.things for each in thing.datastreams if each.sensor}
    known = owned.find_known_sensors(connection, sorted(named))
    sensors = [each for each in proposal.sensors if each.code in named - known]
    return Document(sensors=sensors, sources=[source])


def _keeper(session: Session) -> Keeper:
    return Keeper() if is_operator(session) else Keeper([each.code for each in owners_of(session)])


def _entry(session: Session, connection: Connection, code: str) -> SourceEntry:
    found = describe(connection, code).sources
    is_own = (
        found and found[0].owner is not None and found[0].owner in {each.code for each in owners_of(session)}
    )
    if not found or not (is_own or is_operator(session)):
        raise NoSuchObject
    return found[0]


def _code_of(name: str, session: Session) -> str:
    plain = _NOT_CODE.sub("-", name.lower()).strip("-")[:CODE_CHARACTERS_MAX].strip("-")
    return plain or f"source-{session.programme.random(3).hex()}"


def _add_credential(session: Session, connection: Connection, entry: SourceEntry) -> Secret:
    secret = session.programme.random(SECRET_BYTES).hex()
    username = f"{entry.code}.{session.programme.random(4).hex()}"
    owned.add_credential(connection, entry.code, username, sha256(secret.encode()).digest(), session.now())
    _note(session, entry, "issue_source_credential", credential=username)
    return Secret(username, secret)


def _note(session: Session, entry: SourceEntry, event: str, **details: Detail) -> None:
    """A source has no identifier in the log: the line is about its owner, or whoever operates the hub."""
    owner = session.person_id if entry.owner is None else UUID(entry.owner.partition(":")[2])
    said = {"source": entry.code, **details}
    line = Line(HUB_CHAIN, session.now(), session.actor.key, "source", owner, event, None, None, None, said)
    session.log(line)
