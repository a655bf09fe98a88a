"""Organisations: registered by anybody, verified by an administrator, found by all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from casework.access.model import Actor, Role, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.organisations import repository
from casework.organisations.beginnings import begin
from casework.organisations.desk import Registrar
from casework.organisations.errors import DomainRefused, OrganisationNotFound, TooManyOpen
from casework.organisations.machines import ORGANISATIONS
from casework.organisations.model import Kind, Organisation
from casework.organisations.repository import NewMembership
from casework.people.addresses import is_public_mail, is_shared_suffix, parse_domain
from casework.people.errors import Forbidden, InvalidAddress
from casework.people.model import Names
from casework.people.names import parse_names
from casework.people.repository import Place, hold_person
from casework.people.sessions.model import Signed
from casework.workflow.model import Moved
from casework.workflow.service import apply, look, note
from citycore.language import Language
from citycore.store.connections import Connection

_EDITORS = (Role.OFFICER, Role.VENDOR, Role.ADMINISTRATOR)


class Page(NamedTuple):
    """A part of a list; ``after`` is what to ask for to go on, None at the end."""

    organisations: list[Organisation]
    after: Place | None


def register(  # noqa: PLR0913, PLR0917 (the fields of a form)
    connection: Connection,
    registrar: Registrar,
    signed: Signed,
    kind: Kind,
    names: Names,
    domains: Sequence[str],
) -> Organisation:
    """Register an organisation; whoever does so speaks for it once it is verified."""
    tidy = parse_names(names.ar, names.en, registrar.settings.name_characters_max)
    known = parse_domains(domains, registrar.settings.domains_max)
    organisation_id, at = registrar.desk.new_id(), registrar.desk.clock()
    person_id = signed.person.person_id
    with connection.transaction():
        # Held, so that whoever registers two at once is counted.
        hold_person(connection, person_id)
        if repository.count_registered(connection, person_id) >= registrar.settings.registrations_max:
            raise TooManyOpen(reason="registrations")
        repository.store_organisation(connection, organisation_id, kind, tidy, known, person_id, at)
        founder = NewMembership(
            membership_id=registrar.desk.new_id(),
            organisation_id=organisation_id,
            person_id=person_id,
            is_admin=True,
        )
        begin(connection, registrar, signed.actor, founder, "found")
        standing = look(connection, ORGANISATIONS, organisation_id, signed.actor)
        note(connection, ORGANISATIONS, standing, "register", signed.actor, at)
        return _find(connection, organisation_id)


def edit(  # noqa: PLR0913, PLR0917 (the fields of a form)
    connection: Connection,
    registrar: Registrar,
    actor: Actor,
    organisation_id: UUID,
    names: Names,
    domains: Sequence[str] | None = None,
) -> Organisation:
    """Change names; domains only by an administrator, since they were part of what was verified."""
    tidy = parse_names(names.ar, names.en, registrar.settings.name_characters_max)
    at = registrar.desk.clock()
    with connection.transaction():
        current = actor.at(at)
        _require(current, _EDITORS, organisation_id)
        repository.rename(connection, organisation_id, tidy)
        if domains is not None:
            _require(current, (Role.ADMINISTRATOR,), organisation_id)
            known = parse_domains(domains, registrar.settings.domains_max)
            repository.replace_domains(connection, organisation_id, known)
        standing = look(connection, ORGANISATIONS, organisation_id, actor)
        note(connection, ORGANISATIONS, standing, "edit", actor, at)
        return _find(connection, organisation_id)


def move(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    registrar: Registrar,
    actor: Actor,
    organisation_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Verify, reject, suspend, reinstate or dissolve it."""
    return apply(
        connection,
        ORGANISATIONS,
        organisation_id,
        event,
        actor,
        registrar.desk.clock,
        seen_version=seen_version,
        reason=reason,
    )


def find(connection: Connection, actor: Actor, organisation_id: UUID) -> Organisation:
    """One that is verified; administrators see all, and members their own."""
    with connection.transaction():
        known = _find(connection, organisation_id)
        is_own = actor.person_id is not None and repository.is_member(
            connection, organisation_id, actor.person_id
        )
        if not known.is_verified and not is_own and not actor.has(Role.ADMINISTRATOR):
            raise OrganisationNotFound
        return known


def search(  # noqa: PLR0913, PLR0917 (a search has this many sides)
    connection: Connection,
    registrar: Registrar,
    actor: Actor,
    words: str,
    language: Language,
    after: Place | None = None,
    rows: int = 50,
    state: str | None = "verified",
) -> Page:
    """Organisations whose name has the words. What is not verified is for administrators."""
    if state != "verified" and not actor.at(registrar.desk.clock()).has(Role.ADMINISTRATOR):
        raise Forbidden
    rows = min(rows, registrar.settings.page_rows_max)
    with connection.transaction():
        found = repository.search(connection, words, state, language, after, rows + 1)
    return Page([one for one, _ in found[:rows]], found[rows - 1][1] if len(found) > rows else None)


def suggest(connection: Connection, registrar: Registrar, signed: Signed) -> list[Organisation]:
    """Where people have addresses like this person's. To belong there they ask, like everybody."""
    with connection.transaction():
        return repository.find_suggested(
            connection, signed.person.person_id, registrar.settings.page_rows_max
        )


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


def _find(connection: Connection, organisation_id: UUID) -> Organisation:
    known = repository.find_organisation(connection, organisation_id)
    if known is None:
        raise OrganisationNotFound
    return known


def _require(actor: Actor, roles: Sequence[Role], organisation_id: UUID) -> None:
    if not holds_any(actor, roles, (Scope(ScopeKind.ORGANISATION, organisation_id),)):
        raise Forbidden
