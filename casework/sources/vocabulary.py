"""The vocabulary of the registry: sectors, observed properties, places and kinds of sensors.

Administrators keep it; owners who miss an observed property ask them for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from re import Pattern
from typing import Any, NamedTuple
from urllib.parse import urlencode

from msgspec.structs import replace

from casework.access.model import HUB, Actor, Role
from casework.audit.model import HUB_CHAIN, Detail, Line
from casework.outbox.model import Template
from casework.people import repository as people
from casework.people.limits import MailKind, count_mail
from casework.people.mails import mails_to, reachable
from casework.people.model import Visitor
from casework.people.roles.service import list_holders
from casework.programme import Programme, Session
from casework.sources.errors import (
    PACKAGE,
    BoundsReversed,
    DescriptionMissing,
    EntryCodeTaken,
    EntryCodeWrong,
    EntryNameMissing,
    UnitWrong,
)
from casework.sources.model import Registry, Wish
from casework.sources.service import change, get_source
from casework.sources.settings import SourceSettings
from casework.workflow.errors import LettersTurned
from casework.workflow.wording import Label
from citycore.errors import UnknownUnit
from citycore.normalisation import turns_letters
from citycore.registry.document import Document
from citycore.registry.rules import PROPERTY_CODE, SENSOR_CODE
from citycore.registry.service import Keeper, apply, describe, vocabulary
from citycore.registry.taking import Finding, take_in
from citycore.topics import CODE
from citycore.units import checked_unit
from citycore.vocabulary import ObservedProperty, normalise_name

KEEPERS = frozenset({Role.ADMINISTRATOR})
#: Named where nothing is near.
COMMON_UNITS = ("ug/m3", "Cel", "kW.h")


class Form(NamedTuple):
    """How the codes of a part look."""

    pattern: Pattern[str]
    example: str


#: By the part of the document.
FORMS: Mapping[str, Form] = {
    "sectors": Form(PROPERTY_CODE, "air_quality"),
    "observed_properties": Form(PROPERTY_CODE, "wall_lean"),
    "places": Form(CODE, "muscat-west"),
    "sensors": Form(SENSOR_CODE, "bme280"),
}


def require_keeper(session: Session) -> None:
    session.require(KEEPERS, {HUB})


def read_vocabulary(session: Session) -> Document:
    """All of it, for whoever keeps it."""
    require_keeper(session)
    with session.of(Registry).connect() as connection, connection.transaction():
        return vocabulary(connection)


def read_registry(session: Session, write: Callable[[Document], str]) -> str:
    """The registry of this hub as a file: its sources, and what was added to the vocabulary or changed in it."""
    require_keeper(session)
    with session.of(Registry).connect() as connection:
        return write(describe(connection))


def put(programme: Programme, actor: Actor, part: str, entry: Any, *, is_new: bool) -> None:
    """Keep one entry of a part as it is described."""
    with change(programme, actor) as (session, connection):
        require_keeper(session)
        checked = _checked(part, entry, session.of(SourceSettings))
        if is_new and any(each.code == entry.code for each in getattr(vocabulary(connection), part)):
            raise EntryCodeTaken("code", code=entry.code)
        apply(connection, Document(**{part: [checked]}), session.now())
        _note(session, "keep_vocabulary", part=part, code=entry.code)


def bring(
    programme: Programme, actor: Actor, text: str, decoders: Collection[str] | None, *, is_trial: bool
) -> Finding:
    """Take in a file, all or nothing: not where it has faults, nor on trial."""
    with change(programme, actor) as (session, connection):
        require_keeper(session)
        found = take_in(connection, text, session.now(), Keeper(decoders=decoders), is_trial=is_trial)
        if not (is_trial or found.faults):
            _note(session, "take_in_registry", changes=len(found.changes))
        return found


def ask(programme: Programme, actor: Actor, source: str, wish: Wish, visitor: Visitor) -> None:
    """Ask those who keep the vocabulary for an observed property; that it was asked stays counted."""
    settings = programme.of(SourceSettings)
    with programme.session(actor) as session:
        entry, person_id = get_source(session, source), session.person_id
    _check_names(wish, settings)
    if not 0 < len(wish.description) <= settings.description_characters_max:
        raise DescriptionMissing("description", maximum=settings.description_characters_max)
    asked = ObservedProperty(
        code=normalise_name(wish.name),
        name_en=wish.name_en,
        name_ar=wish.name_ar,
        sector="other",
        unit=_unit(wish.unit),
    )
    count_mail(programme, MailKind.VOCABULARY, str(person_id), visitor)
    with programme.session(actor) as session:
        holders = {each.person_id for each in list_holders(session, Role.ADMINISTRATOR, HUB)}
        keepers = reachable(people.find_person(session.connection, each) for each in sorted(holders))
        filled = {name: getattr(asked, name) for name in ("code", "name_en", "name_ar", "unit")}
        given = filled if PROPERTY_CODE.fullmatch(asked.code) else filled | {"code": ""}
        mails = mails_to(
            Template(PACKAGE, "asked"),
            keepers,
            **filled,
            source=entry.code,
            text=wish.description,
            form_link=session.link(f"/desk/registry/observed_properties/new?{urlencode(given)}"),
        )
        session.send(mails, session.now())
        _note(session, "ask_for_property", source=entry.code)


def _checked(part: str, entry: Any, settings: SourceSettings) -> Any:
    """As it is stored, with the code of UCUM for the spelling of its unit."""
    _check_names(entry, settings)
    if FORMS[part].pattern.fullmatch(entry.code) is None:
        raise EntryCodeWrong("code", code=entry.code, example=FORMS[part].example)
    if not isinstance(entry, ObservedProperty):
        return entry
    for lower, upper in (("lower_bound", "upper_bound"), ("lowest_possible", "highest_possible")):
        low, high = getattr(entry, lower), getattr(entry, upper)
        if low is not None and high is not None and low >= high:
            raise BoundsReversed(lower)
    aliases = dict.fromkeys(filter(None, map(normalise_name, entry.aliases)))
    return replace(entry, unit=_unit(entry.unit), aliases=tuple(aliases))


def _check_names(entry: Any, settings: SourceSettings) -> None:
    for name in ("name_en", "name_ar"):
        if not 0 < len(getattr(entry, name)) <= settings.name_characters_max:
            raise EntryNameMissing(name, maximum=settings.name_characters_max)
        if turns_letters(getattr(entry, name)):
            raise LettersTurned(field=Label(PACKAGE, "field.name_en"))


def _unit(text: str) -> str:
    try:
        return checked_unit(text)
    except UnknownUnit as error:
        raise UnitWrong("unit", unit=text, near=", ".join(error.nearest or COMMON_UNITS)) from error


def _note(session: Session, event: str, **details: Detail) -> None:
    """The vocabulary has no identifier in the log: the line is about who did it."""
    line = Line(
        HUB_CHAIN,
        session.now(),
        session.actor.key,
        "registry",
        session.person_id,
        event,
        None,
        None,
        None,
        details,
    )
    session.log(line)
