"""Vendors for those who speak for them, for the programme, and for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from casework.access.model import ScopeKind
from casework.access.rules import objects_of
from casework.governorates.model import Governorate
from casework.lists.model import DeskList, Sort, also, coded, one_of, words
from casework.lists.service import held_by
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotInThisState, Refusal, TooLate
from casework.workflow.model import Moved, Offer
from citycore.store.rows import known
from hackathon.market.vendors import repository
from hackathon.market.vendors.errors import (
    VendorCardMissing,
    VendorDocumentsMissing,
    VendorDocumentsNotAccepted,
    VendorExists,
    VendorNotACompany,
    VendorUntilMissing,
)
from hackathon.market.vendors.machine import SPEAKERS, STAFF, UNVERIFIED, VENDOR
from hackathon.market.vendors.model import DocumentKind, Exclusion, Facts, Profile, Vendor
from hackathon.market.vendors.notices import VENDORS, notices_of
from hackathon.market.vendors.rules import (
    FIELDS,
    check_profile,
    deadlines_of,
    ended,
    may_see,
    required_of,
    scopes_of,
)
from hackathon.market.vendors.settings import VendorSettings

#: Steps that stand on papers; those that count for each of them.
_ON_PAPERS = {"hand_in": False, "verify": True, "renew": True, "lift": True}
_EXCLUSIONS = frozenset({"suspend", "blacklist"})


def register(session: Session, organisation_id: UUID, profile: Profile) -> UUID:
    """A company that its admin brings to the marketplace; :class:`VendorExists`, :class:`VendorNotACompany`."""
    at, connection = session.now(), session.connection
    session.require(SPEAKERS, scopes_of(organisation_id))
    check_profile(profile, session.of(VendorSettings))
    vendor_id = session.new_id()
    if not repository.store_vendor(connection, vendor_id, organisation_id, profile, at):
        known = repository.find_of_organisations(connection, [organisation_id])
        raise VendorExists if known else VendorNotACompany
    plan_ends(session, vendor_id, at)
    session.note(VENDORS, session.look(VENDORS, vendor_id), "register", at)
    return vendor_id


def edit(session: Session, vendor_id: UUID, profile: Profile, seen_version: int) -> None:
    """Say something else of oneself. Who is verified becomes a small enterprise by an accepted card first."""
    check_profile(profile, session.of(VendorSettings))
    standing = session.hold(VENDORS, vendor_id, SPEAKERS, seen_version)
    if VENDORS.machine.state(standing.state).is_terminal:
        raise NotInThisState
    at, before = session.now(), known(repository.find_vendor(session.connection, vendor_id)).profile
    if profile.is_sme and not before.is_sme and standing.state not in UNVERIFIED:
        card = [DocumentKind.SME_CARD]
        if ended(repository.find_current(session.connection, vendor_id), card, at, accepted_only=True):
            raise VendorCardMissing
    repository.describe(session.connection, vendor_id, profile)
    plan_ends(session, vendor_id, at)
    session.note(VENDORS, standing, "edit", at, is_sme=profile.is_sme)


def move(
    session: Session, vendor_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """Every step, with what it does to the deadlines, and its mails."""
    return exclude(session, vendor_id, event, seen_version, Exclusion(reason))


def exclude(session: Session, vendor_id: UUID, event: str, seen_version: int, exclusion: Exclusion) -> Moved:
    """The same for whoever may keep a vendor out: such a step says until when."""
    try:
        moved = session.apply(VENDORS, vendor_id, event, seen_version, exclusion.reason)
    except TooLate as error:
        raise _on_papers(session, vendor_id, event) or error from error
    if event in _EXCLUSIONS:
        until = _end_of_exclusion(session, exclusion.until, moved.at)
        repository.set_until(session.connection, vendor_id, until)
    session.then(_plan_ends, moved)
    session.tell(notices_of, moved)
    return moved


def get_steps(session: Session, vendor_id: UUID) -> list[Offer[Facts]]:
    """What the actor can do with a vendor; where a paper has ended, it says which."""
    return [
        replace(offer, refusals=(_on_papers(session, vendor_id, offer.step.event) or offer.refusal,))
        if isinstance(offer.refusal, TooLate)
        else offer
        for offer in session.steps(VENDORS, vendor_id)
    ]


def get_vendor(session: Session, vendor_id: UUID) -> Vendor:
    """One's own, or for the programme any; else :class:`NoSuchObject`."""
    found = repository.find_vendor(session.connection, vendor_id)
    if found is None or not may_see(session.actor.at(session.now()), found):
        raise NoSuchObject
    return found


def get_own(session: Session, vendor_id: UUID) -> Vendor:
    """Of somebody who speaks for it; else :class:`NoSuchObject`."""
    for vendor in list_own(session):
        if vendor.vendor_id == vendor_id:
            return vendor
    raise NoSuchObject


def get_listed(session: Session, vendor_id: UUID) -> Vendor:
    """A verified vendor of a verified company, for everybody; else :class:`NoSuchObject`."""
    found = repository.find_vendor(session.connection, vendor_id)
    if found is None or not is_listed(found):
        raise NoSuchObject
    return found


def is_listed(vendor: Vendor) -> bool:
    return vendor.state == "verified" and vendor.organisation_state == "verified"


def list_own(session: Session) -> list[Vendor]:
    """The vendors that a person speaks for."""
    return repository.find_of_organisations(session.connection, _spoken_for(session))


def list_companies(session: Session) -> list[tuple[UUID, Names]]:
    """The companies that a person could register as vendors."""
    return repository.find_companies(session.connection, _spoken_for(session))


#: All of them for the programme, the longest in their state first.
DESK = DeskList(
    repository.QUERIES["desk"],
    "vendor_id",
    held_by(STAFF),
    sorts={
        "since": Sort("listed.state_changed_at", "instant"),
        "begun": Sort("listed.created_at", "instant"),
    },
    first="since",
    filters=(
        words(),
        also(
            one_of("state", "listed.state", tuple(one.name for one in VENDOR.states), default="verifying"),
            {"papers": "listed.documents > 0"},
        ),
        coded("governorate", "listed.governorate", tuple(Governorate)),
    ),
    binding=VENDORS,
)


def plan_ends(session: Session, vendor_id: UUID, at: datetime) -> None:
    """Set the deadlines anew: papers, or an exclusion, have changed."""
    _plan(session, {vendor_id: at})


def _plan_ends(session: Session, steps: Sequence[Moved]) -> None:
    _plan(session, {moved.object_id: moved.at for moved in steps})


def _plan(session: Session, since: Mapping[UUID, datetime]) -> None:
    settings, papers = session.of(VendorSettings), repository.find_current_of(session.connection, since)
    session.set_deadlines(
        {
            vendor_id: deadlines_of(
                papers[vendor_id], required_of(vendor.profile, settings), vendor.until, since[vendor_id]
            )
            for vendor_id, vendor in repository.find_some(session.connection, since).items()
        }
    )


def _on_papers(session: Session, vendor_id: UUID, event: str) -> Refusal | None:
    """A step is too late because a paper has ended, or was never there: which."""
    accepted_only, at = _ON_PAPERS.get(event), session.now()
    vendor = repository.find_vendor(session.connection, vendor_id)
    if accepted_only is None or vendor is None:
        return None
    required = required_of(vendor.profile, session.of(VendorSettings))
    papers = repository.find_current(session.connection, vendor_id)
    if kinds := ended(papers, required, at, accepted_only=False):
        return VendorDocumentsMissing(kinds)
    kinds = ended(papers, required, at, accepted_only=accepted_only)
    return VendorDocumentsNotAccepted(kinds) if kinds else None


def _end_of_exclusion(session: Session, until: datetime | None, at: datetime) -> datetime:
    days_max = session.of(VendorSettings).exclusion_days_max
    if until is None or until <= at:
        raise VendorUntilMissing
    if until > at + timedelta(days=days_max):
        raise FIELDS.wrong("until", f"1–{days_max}")
    return until


def _spoken_for(session: Session) -> list[UUID]:
    return objects_of(session.actor.at(session.now()), SPEAKERS, ScopeKind.ORGANISATION)
