"""Certificates for those who award them, their holders, and everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from casework.access.model import HUB, Role, Scope, ScopeKind
from casework.outbox.model import Field, Template
from casework.people.mails import mails_to
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, ReasonUnknown, existing
from casework.workflow.model import Moved
from casework.workflow.wording import Label
from citycore.clock import CITY_ZONE
from citycore.normalisation import turns_letters
from citycore.store.rows import known
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
from hackathon.outreach.certificates.model import Award, Certificate, Kind, NewCertificate, Standing, Verdict
from hackathon.outreach.certificates.repository import CERTIFICATES
from hackathon.outreach.certificates.rules import LETTERS, SHORT_ID_CHARACTERS, read_short_id
from hackathon.outreach.certificates.settings import CertificateSettings
from hackathon.outreach.certificates.signing import Signing


def offer(session: Session, award: Award) -> UUID:
    """Offer a certificate to somebody, who approves the name on it; :class:`AwardedAlready`."""
    require_awarder(session, award)
    certificate_id = make_offer(session, award, session.now())
    if certificate_id is None:
        raise AwardedAlready
    return certificate_id


def make_offer(session: Session, award: Award, at: datetime) -> UUID | None:
    """An offer by somebody who may; None if the same has been made."""
    certificate_id, random = session.new_id(), session.programme.random
    # Fifty random bits: certificates are not found by counting.
    short_id = "".join(LETTERS[byte % 32] for byte in random(SHORT_ID_CHARACTERS))
    new = NewCertificate(certificate_id, short_id, random(16).hex(), award)
    if not repository.store_offer(session.connection, new, at):
        return None
    session.note(CERTIFICATES, session.look(CERTIFICATES, certificate_id), "offer", at, kind=award.kind.value)
    _tell(session, certificate_id, "offered", at)
    return certificate_id


def offer_term(session: Session, ambassador_id: UUID) -> UUID:
    """Certify the newest term of an ambassador with what was verified in it; :class:`NothingVerified`.

    Offered during the term it holds until its end; offered afterwards it says what has been.
    """
    found = find_ambassador(session.connection, ambassador_id)
    if found is None or found.term_starts_at is None or found.term_ends_at is None:
        raise NoSuchObject
    starts_at, ends_at = found.term_starts_at, found.term_ends_at
    total = repository.find_term_total(session.connection, ambassador_id, starts_at, ends_at)
    if not total.activities:
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
        total.minutes,
        total.reached,
        ends_at if session.now() < ends_at else None,
    )
    return offer(session, award)


def issue(session: Session, certificate_id: UUID, names: Names, seen_version: int) -> Certificate:
    """The holder approves how the name is spelled in both scripts; it is signed, and mailed once."""
    tidy = _tidy(names, session.of(CertificateSettings).name_characters_max)
    signer, connection = session.of(Signing).now(), session.connection
    moved = session.apply(CERTIFICATES, certificate_id, "issue", seen_version)
    repository.set_names(connection, certificate_id, tidy)
    found = _find(session, certificate_id)
    holder = existing(repository.find_holder(connection, found.award.person_id))
    body = credential(found, signer.issuer, holder.email, moved.at)
    repository.seal(connection, certificate_id, sign(body, signer.keys, signer.issuer), moved.at)
    _tell(session, certificate_id, "issued", moved.at)
    return _find(session, certificate_id)


def move(
    session: Session, certificate_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """Every other step: decline, withdraw, revoke, give back."""
    if event == "issue":
        raise ValueError("a certificate is issued by issue(), which says whose name stands on it")
    if event == "revoke" and reason in NOT_BY_STAFF:
        raise ReasonUnknown
    moved = session.apply(CERTIFICATES, certificate_id, event, seen_version, reason)
    if event == "revoke":
        _tell(session, certificate_id, "revoked", moved.at)
    return moved


def list_own(session: Session) -> list[Certificate]:
    """The newest certificates of the person who asks, offered ones too."""
    person_id, rows = session.actor.person_id, session.of(CertificateSettings).page_rows_max
    return [] if person_id is None else repository.find_of_person(session.connection, person_id, rows)


def get_own(session: Session, certificate_id: UUID) -> Certificate:
    """The holder's own in any state; :class:`NoSuchObject` for anybody else."""
    found = repository.find_certificate(session.connection, certificate_id)
    if found is None or found.award.person_id != session.actor.person_id:
        raise NoSuchObject
    return found


def get_issued(session: Session, certificate_id: UUID) -> Certificate:
    """The holder's own, to be downloaded; :class:`NotIssued`, or :class:`NoSuchObject` for anybody else."""
    found = get_own(session, certificate_id)
    if found.state != "issued":
        raise NotIssued
    return found


def verify_short_id(session: Session, short_id: str) -> Verdict:
    """What the page behind the code on a certificate says."""
    keys, number = session.of(Signing).now().keys, read_short_id(short_id)
    found = None if number is None else repository.find_by_short_id(session.connection, number)
    if found is None or found.state not in {"issued", "revoked"}:
        return Verdict(Standing.UNKNOWN)
    if found.state == "revoked":
        return Verdict(Standing.REVOKED)
    return _verdict(found, open_token(found.credential or "", keys), session.now())


def verify_token(session: Session, token: str) -> Verdict:
    """What is to be said of a credential that somebody has pasted."""
    if len(token) > session.of(CertificateSettings).token_characters_max:
        return Verdict(Standing.UNKNOWN)
    said = open_token(token, session.of(Signing).now().keys)
    if said is None:
        return Verdict(Standing.TAMPERED)
    try:
        certificate_id = UUID(str(said.get("id")).removeprefix("urn:uuid:"))
    except ValueError:
        return Verdict(Standing.UNKNOWN)
    found = repository.find_certificate(session.connection, certificate_id)
    if found is None:
        return Verdict(Standing.UNKNOWN)
    if found.state == "revoked":
        return Verdict(Standing.REVOKED)
    return _verdict(found, said, session.now())


def sign_status_list(session: Session, number: int) -> str:
    """The signed list of revoked certificates that their credentials lead to; :class:`NoSuchObject`.

    The first is there before anything is in it, the others when a certificate stands in them.
    """
    keys, issuer = session.of(Signing).now()
    if not 0 <= number <= repository.find_newest_number(session.connection) // LIST_BITS:
        raise NoSuchObject
    revoked = repository.find_revoked(session.connection, number)
    return sign(status_list(number, revoked, issuer, session.now()), keys, issuer)


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


def require_awarder(session: Session, award: Award) -> None:
    """Coordinators award terms, organisers what belongs to their hackathon, nobody themselves; :class:`NotAllowed`."""
    if award.person_id == session.actor.person_id:
        raise OwnCertificate
    if not may_award(session, award):
        raise NotAllowed


def may_award(session: Session, award: Award) -> bool:
    if award.kind is Kind.AMBASSADOR:
        return session.holds((Role.COORDINATOR, Role.ADMINISTRATOR), [HUB])
    scope = Scope(ScopeKind.HACKATHON, award.subject_id)
    return session.holds((Role.ORGANISER, Role.ADMINISTRATOR), [scope])


def _tidy(names: Names, characters_max: int) -> Names:
    ar, en = (" ".join((name or "").split()) for name in (names.ar, names.en))
    if not all(1 <= len(name) <= characters_max and not turns_letters(name) for name in (ar, en)):
        raise NamesMissing(characters_max=characters_max)
    return Names(ar, en)


def _find(session: Session, certificate_id: UUID) -> Certificate:
    return known(repository.find_certificate(session.connection, certificate_id))


def _tell(session: Session, certificate_id: UUID, template: str, at: datetime) -> None:
    found = _find(session, certificate_id)
    holder = repository.find_holder(session.connection, found.award.person_id)
    if holder is None:
        return
    page = "/account/certificates" if template == "offered" else f"/certificates/{found.short_id}"
    fields: dict[str, Field] = {
        "title": Label(CERTIFICATE.package, f"kind.{found.award.kind}"),
        "certificate_link": session.link(page),
    }
    if found.state_reason is not None:
        fields["reason"] = CERTIFICATE.label("reason", found.state_reason)
    session.send(mails_to(Template(CERTIFICATE.package, template), [holder], **fields), at)
