"""Certificates for those who award them, their holders, and everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from casework.access.model import HUB, Actor, Role, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.outbox.model import Mail, Template
from casework.outbox.service import enqueue
from casework.people.model import Names
from casework.workflow.errors import NoSuchObject, NotAllowed, ReasonUnknown
from casework.workflow.model import Moved
from casework.workflow.service import apply, look, note
from casework.workflow.wording import Label
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from hackathon.outreach.ambassadors.repository import find_ambassador
from hackathon.outreach.certificates import repository
from hackathon.outreach.certificates.credential import LIST_BITS, credential, open_token, sign, status_list
from hackathon.outreach.certificates.errors import (
    AwardedAlready,
    NamesMissing,
    NothingVerified,
    NotIssued,
    OwnCertificate,
)
from hackathon.outreach.certificates.machine import CERTIFICATE, NOT_BY_STAFF
from hackathon.outreach.certificates.model import Award, Certificate, Kind, Standing, Verdict
from hackathon.outreach.certificates.office import Office
from hackathon.outreach.certificates.repository import CERTIFICATES
from hackathon.outreach.certificates.rules import read_short_id


def offer(connection: Connection, office: Office, award: Award, actor: Actor) -> UUID:
    """Offer a certificate to somebody, who approves the name on it; :class:`AwardedAlready`."""
    at = office.clock()
    require_awarder(award, actor.at(at))
    with connection.transaction():
        certificate_id = make_offer(connection, office, award, actor, at)
        if certificate_id is None:
            raise AwardedAlready
    return certificate_id


def make_offer(
    connection: Connection, office: Office, award: Award, actor: Actor, at: datetime
) -> UUID | None:
    """An offer by somebody who may, in the caller's transaction; None if the same has been made."""
    certificate_id, short_id = uuid4(), office.new_short_id()
    if not repository.store_offer(connection, certificate_id, short_id, office.new_salt(), award, at):
        return None
    standing = look(connection, CERTIFICATES, certificate_id, actor)
    note(connection, CERTIFICATES, standing, "offer", actor, at, {"kind": award.kind.value})
    _tell(connection, office, certificate_id, "offered", at)
    return certificate_id


def offer_term(connection: Connection, office: Office, ambassador_id: UUID, actor: Actor) -> UUID:
    """Certify the newest term of an ambassador with what was verified in it; :class:`NothingVerified`.

    Offered during the term it holds until its end; offered afterwards it says what has been.
    """
    with connection.transaction():
        found = find_ambassador(connection, ambassador_id)
        if found is None or found.term_starts_at is None or found.term_ends_at is None:
            raise NoSuchObject
        starts_at, ends_at = found.term_starts_at, found.term_ends_at
        activities, minutes, reached = repository.find_term_total(
            connection, ambassador_id, starts_at, ends_at
        )
        if not activities:
            raise NothingVerified
        place = found.application.governorate.label
        award = Award(
            Kind.AMBASSADOR,
            found.person_id,
            ambassador_id,
            Names(place.text("ar"), place.text("en")),
            starts_at.astimezone(CITY_ZONE).date(),
            ends_at.astimezone(CITY_ZONE).date(),
            found.term,
            minutes,
            reached,
            ends_at if office.clock() < ends_at else None,
        )
        return offer(connection, office, award, actor)


def issue(  # noqa: PLR0913, PLR0917 (what is approved, by whom, having seen what)
    connection: Connection,
    office: Office,
    certificate_id: UUID,
    names: Names,
    actor: Actor,
    seen_version: int,
) -> Certificate:
    """The holder approves how the name is spelled in both scripts; it is signed, and mailed once."""
    tidy = _tidy(names, office.settings.name_characters_max)
    with connection.transaction():
        moved = apply(
            connection, CERTIFICATES, certificate_id, "issue", actor, office.clock, seen_version=seen_version
        )
        repository.set_names(connection, certificate_id, tidy)
        found = _find(connection, certificate_id)
        holder = repository.find_holder(connection, found.award.person_id)
        if holder is None:
            raise NoSuchObject
        body = credential(found, office.issuer, holder.email, moved.at)
        repository.seal(connection, certificate_id, sign(body, office.keys, office.issuer), moved.at)
        _tell(connection, office, certificate_id, "issued", moved.at)
        return _find(connection, certificate_id)


def move(  # noqa: PLR0913 (as the engine's own)
    connection: Connection,
    office: Office,
    certificate_id: UUID,
    event: str,
    actor: Actor,
    *,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every other step: decline, withdraw, revoke, give back."""
    if event == "issue":
        raise ValueError("a certificate is issued by issue(), which says whose name stands on it")
    if event == "revoke" and reason in NOT_BY_STAFF:
        raise ReasonUnknown
    with connection.transaction():
        moved = apply(
            connection,
            CERTIFICATES,
            certificate_id,
            event,
            actor,
            office.clock,
            seen_version=seen_version,
            reason=reason,
        )
        if event == "revoke":
            _tell(connection, office, certificate_id, "revoked", moved.at)
    return moved


def list_own(connection: Connection, office: Office, actor: Actor) -> list[Certificate]:
    """The newest certificates of the person who asks, offered ones too."""
    if actor.person_id is None:
        return []
    with connection.transaction():
        return repository.find_of_person(connection, actor.person_id, office.settings.page_rows_max)


def get_own(connection: Connection, certificate_id: UUID, actor: Actor) -> Certificate:
    """The holder's own in any state; :class:`NoSuchObject` for anybody else."""
    with connection.transaction():
        found = repository.find_certificate(connection, certificate_id)
    if found is None or found.award.person_id != actor.person_id:
        raise NoSuchObject
    return found


def get_issued(connection: Connection, certificate_id: UUID, actor: Actor) -> Certificate:
    """The holder's own, to be downloaded; :class:`NotIssued`, or :class:`NoSuchObject` for anybody else."""
    found = get_own(connection, certificate_id, actor)
    if found.state != "issued":
        raise NotIssued
    return found


def verify_short_id(connection: Connection, office: Office, short_id: str) -> Verdict:
    """What the page behind the code on a certificate says."""
    number = read_short_id(short_id)
    if number is None:
        return Verdict(Standing.UNKNOWN)
    with connection.transaction():
        found = repository.find_by_short_id(connection, number)
    if found is None or found.state not in {"issued", "revoked"}:
        return Verdict(Standing.UNKNOWN)
    if found.state == "revoked":
        return Verdict(Standing.REVOKED)
    return _verdict(found, open_token(found.credential or "", office.keys), office.clock())


def verify_token(connection: Connection, office: Office, token: str) -> Verdict:
    """What is to be said of a credential that somebody has pasted."""
    if len(token) > office.settings.token_characters_max:
        return Verdict(Standing.UNKNOWN)
    said = open_token(token, office.keys)
    if said is None:
        return Verdict(Standing.TAMPERED)
    try:
        certificate_id = UUID(str(said.get("id")).removeprefix("urn:uuid:"))
    except ValueError:
        return Verdict(Standing.UNKNOWN)
    with connection.transaction():
        found = repository.find_certificate(connection, certificate_id)
    if found is None:
        return Verdict(Standing.UNKNOWN)
    if found.state == "revoked":
        return Verdict(Standing.REVOKED)
    return _verdict(found, said, office.clock())


def sign_status_list(connection: Connection, office: Office, number: int) -> str:
    """The signed list of revoked certificates that their credentials lead to; :class:`NoSuchObject`.

    The first is there before anything is in it, the others when a certificate stands in them.
    """
    with connection.transaction():
        if not 0 <= number <= repository.find_newest_number(connection) // LIST_BITS:
            raise NoSuchObject
        revoked = repository.find_revoked(connection, number)
    body = status_list(number, revoked, office.issuer, office.clock())
    return sign(body, office.keys, office.issuer)


def _verdict(found: Certificate, said: dict[str, Any] | None, at: datetime) -> Verdict:
    """What was signed and what stands in the database must be one."""
    if said is None or said.get("id") != f"urn:uuid:{found.certificate_id}" or not _agrees(found, said):
        return Verdict(Standing.TAMPERED)
    expires_at = found.award.expires_at
    if expires_at is not None and at >= expires_at:
        return Verdict(Standing.EXPIRED, found)
    return Verdict(Standing.VALID, found)


def _agrees(found: Certificate, said: dict[str, Any]) -> bool:
    identifiers = said["credentialSubject"]["identifier"]
    names = [one["identityHash"] for one in identifiers if one["identityType"] == "name"]
    return names == [found.names.ar, found.names.en]


def require_awarder(award: Award, actor: Actor) -> None:
    """Coordinators award terms, organisers what belongs to their hackathon; :class:`NotAllowed`."""
    if award.person_id == actor.person_id:
        raise OwnCertificate
    if award.kind is Kind.AMBASSADOR:
        may = holds_any(actor, (Role.COORDINATOR, Role.ADMINISTRATOR), [HUB])
    else:
        scope = Scope(ScopeKind.HACKATHON, award.subject_id)
        may = holds_any(actor, (Role.ORGANISER, Role.ADMINISTRATOR), [scope])
    if not may:
        raise NotAllowed


def _tidy(names: Names, characters_max: int) -> Names:
    ar, en = (" ".join((name or "").split()) for name in (names.ar, names.en))
    if not all(1 <= len(name) <= characters_max and name.isprintable() for name in (ar, en)):
        raise NamesMissing(characters_max=characters_max)
    return Names(ar, en)


def _find(connection: Connection, certificate_id: UUID) -> Certificate:
    found = repository.find_certificate(connection, certificate_id)
    assert found is not None
    return found


def _tell(connection: Connection, office: Office, certificate_id: UUID, template: str, at: datetime) -> None:
    found = _find(connection, certificate_id)
    holder = repository.find_holder(connection, found.award.person_id)
    if holder is None:
        return
    kind = Label(CERTIFICATE.package, f"kind.{found.award.kind}")
    account = f"{office.issuer.portal_url.rstrip('/')}/account/certificates"
    link = account if template == "offered" else office.issuer.page(found.short_id)
    fields: dict[str, str | int | datetime | Label] = {
        "name": holder.names.shown(holder.language),
        "title": kind,
        "certificate_link": link,
    }
    if found.state_reason is not None:
        fields["reason"] = CERTIFICATE.label("reason", found.state_reason)
    mail = Mail(
        Template(CERTIFICATE.package, template), holder.language, holder.email, fields, holder.person_id
    )
    enqueue(connection, [mail], at)
