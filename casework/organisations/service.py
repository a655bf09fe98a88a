"""Organisations: registered by anybody, verified by an administrator, found by all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from casework.lists.model import DeskList, Sort, coded, one_of, words
from casework.lists.service import held_by
from casework.organisations import repository
from casework.organisations.errors import AlreadyMember, DomainRefused, OrganisationNotFound, TooManyOpen
from casework.organisations.machines import (
    MEMBERSHIPS,
    ORGANISATION,
    ORGANISATIONS,
    SPEAKERS,
    STAFF,
    scopes_of,
)
from casework.organisations.model import Kind, Organisation, Search
from casework.organisations.repository import NewMembership
from casework.organisations.settings import OrganisationSettings
from casework.people.addresses import is_public_mail, is_shared_suffix, parse_domain
from casework.people.errors import Forbidden, InvalidAddress
from casework.people.model import Names, Place
from casework.people.names import parse_public_names
from casework.people.repository import hold_person
from casework.programme import Session
from casework.workflow.model import Moved
from citycore.language import Language


class Page(NamedTuple):
    """A part of a list; ``after`` is what to ask for to go on, None at the end."""

    organisations: list[Organisation]
    after: Place | None


def register(session: Session, kind: Kind, names: Names, domains: Sequence[str]) -> Organisation:
    """Register an organisation; whoever does so speaks for it once it is verified."""
    settings, person_id = session.of(OrganisationSettings), session.person_id
    tidy = parse_public_names(names.ar, names.en, settings.name_characters_max)
    known = parse_domains(domains, settings.domains_max)
    # Held, so that whoever registers two at once is counted.
    hold_person(session.connection, person_id)
    if repository.count_registered(session.connection, person_id) >= settings.registrations_max:
        raise TooManyOpen(reason="registrations")
    at = session.now()
    made = Organisation(session.new_id(), kind, tidy, "registered", 1, at, tuple(known))
    repository.store_organisation(session.connection, made, person_id)
    begin(
        session,
        NewMembership(
            membership_id=session.new_id(),
            organisation_id=made.organisation_id,
            person_id=person_id,
            is_admin=True,
        ),
        "found",
    )
    session.note(ORGANISATIONS, session.look(ORGANISATIONS, made.organisation_id), "register", at)
    return get(session, made.organisation_id)


def edit(
    session: Session, organisation_id: UUID, names: Names, domains: Sequence[str] | None = None
) -> Organisation:
    """Change names; domains only by an administrator, since they were part of what was verified."""
    settings = session.of(OrganisationSettings)
    tidy = parse_public_names(names.ar, names.en, settings.name_characters_max)
    if not session.holds(SPEAKERS, scopes_of(organisation_id)):
        raise Forbidden
    repository.rename(session.connection, organisation_id, tidy)
    if domains is not None:
        if not session.holds(STAFF, scopes_of(organisation_id)):
            raise Forbidden
        known = parse_domains(domains, settings.domains_max)
        repository.replace_domains(session.connection, organisation_id, known)
    session.note(ORGANISATIONS, session.look(ORGANISATIONS, organisation_id), "edit", session.now())
    return get(session, organisation_id)


def move(
    session: Session, organisation_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """Verify, reject, suspend, reinstate or dissolve it."""
    return session.apply(ORGANISATIONS, organisation_id, event, seen_version, reason)


def find(session: Session, organisation_id: UUID) -> Organisation:
    """One that is verified; administrators see all, and members their own."""
    known, actor = get(session, organisation_id), session.actor
    if known.is_verified or session.holds(STAFF, ()):
        return known
    if actor.person_id is None or not repository.is_member(
        session.connection, organisation_id, actor.person_id
    ):
        raise OrganisationNotFound
    return known


def search(session: Session, language: Language, wanted: Search) -> Page:
    """Organisations whose name has the words. What is not verified is for administrators."""
    if wanted.state != "verified" and not session.holds(STAFF, ()):
        raise Forbidden
    rows = min(wanted.rows, session.of(OrganisationSettings).page_rows_max)
    found = repository.search(session.connection, language, wanted, rows + 1)
    return Page([one for one, _ in found[:rows]], found[rows - 1][1] if len(found) > rows else None)


#: All of them for administrators, the longest in their state first.
DESK = DeskList(
    repository.QUERIES["desk"],
    "organisation_id",
    held_by(STAFF),
    sorts={
        "since": Sort("listed.state_changed_at", "instant"),
        "name_ar": Sort("listed.sort_ar", "text"),
        "name_en": Sort("listed.sort_en", "text"),
    },
    first="since",
    filters=(
        words(),
        one_of("state", "listed.state", tuple(one.name for one in ORGANISATION.states), default="registered"),
        coded("kind", "listed.kind", tuple(Kind)),
    ),
    binding=ORGANISATIONS,
)


def suggest(session: Session) -> list[Organisation]:
    """Where people have addresses like this person's. To belong there they ask, like everybody."""
    rows = session.of(OrganisationSettings).page_rows_max
    return repository.find_suggested(session.connection, session.person_id, rows)


def get(session: Session, organisation_id: UUID) -> Organisation:
    """Whatever its state, for other services; :class:`OrganisationNotFound`."""
    known = repository.find_organisation(session.connection, organisation_id)
    if known is None:
        raise OrganisationNotFound
    return known


def list_known(session: Session, organisation_ids: Iterable[UUID]) -> list[Organisation]:
    """Those of them that there are, whatever their state, for other services."""
    wanted = list(organisation_ids)
    found = repository.find_some(session.connection, wanted)
    return [found[one] for one in wanted if one in found]


def begin(session: Session, new: NewMembership, event: str) -> Moved:
    """Store a membership and take its first step: founded, invited or asked for. :class:`AlreadyMember`."""
    repository.lock_organisation(session.connection, new.organisation_id)
    key = None if new.address is None else new.address.key
    if repository.is_member(session.connection, new.organisation_id, new.person_id, key):
        raise AlreadyMember
    repository.store_membership(session.connection, new, session.now())
    return session.apply(MEMBERSHIPS, new.membership_id, event, 1)


def parse_domains(domains: Sequence[str], domains_max: int) -> list[str]:
    """Domains as addresses have them; :class:`DomainRefused` for those where anybody gets an address."""
    if len(domains) > domains_max:
        raise DomainRefused(reason="many", domain=domains_max)
    known = []
    for text in domains:
        try:
            domain = parse_domain(text)
        except InvalidAddress as error:
            raise DomainRefused(reason="form", domain=text[:100]) from error
        if is_public_mail(domain):
            raise DomainRefused(reason="public", domain=domain)
        if is_shared_suffix(domain):
            raise DomainRefused(reason="shared", domain=domain)
        known.append(domain)
    return sorted(set(known))
