"""Vendors for those who speak for them, for the programme, and for everybody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from casework.access.model import HUB, Actor, Role, ScopeKind
from casework.access.rules import holds_any
from casework.outbox.service import enqueue
from casework.people.model import Names
from casework.workflow.errors import NoSuchObject, NotAllowed, NotInThisState, Refusal, TooLate
from casework.workflow.model import Deadline, Moved, Offer
from casework.workflow.repository import set_deadline
from casework.workflow.rules import compare
from casework.workflow.service import apply, lock, look, note, possible_steps, unit
from casework.workflow.wording import Label
from citycore.clock import CITY_ZONE, Clock
from citycore.store.connections import Connection
from hackathon.market.vendors import repository
from hackathon.market.vendors.errors import (
    AlreadyVendor,
    CardMissing,
    DocumentsMissing,
    DocumentsNotAccepted,
    NotACompany,
    UntilMissing,
    WrongVendorField,
)
from hackathon.market.vendors.machine import SPEAKERS, STAFF, UNVERIFIED
from hackathon.market.vendors.model import PACKAGE, DocumentKind, Facts, Profile, Vendor, Waiting
from hackathon.market.vendors.notices import VENDORS, notices
from hackathon.market.vendors.rules import (
    deadlines_of,
    ended,
    may_see,
    required_of,
    speaks_for,
    why_wrong_profile,
)
from hackathon.market.vendors.settings import VendorSettings

#: Steps that stand on papers; those that count for each of them.
_ON_PAPERS = {"hand_in": False, "verify": True, "renew": True, "lift": True}
_EXCLUSIONS = frozenset({"suspend", "blacklist"})


def register(  # noqa: PLR0913, PLR0917 (who registers what)
    connection: Connection,
    organisation_id: UUID,
    profile: Profile,
    actor: Actor,
    clock: Clock,
    settings: VendorSettings,
) -> UUID:
    """A company that its admin brings to the marketplace; :class:`AlreadyVendor`, :class:`NotACompany`."""
    at = clock()
    if not speaks_for(actor.at(at), organisation_id):
        raise NotAllowed
    _check(profile, settings)
    vendor_id = uuid4()
    with connection.transaction():
        if not repository.store_vendor(connection, vendor_id, organisation_id, profile, at):
            known = repository.find_of_organisations(connection, [organisation_id])
            raise AlreadyVendor if known else NotACompany
        plan_ends(connection, vendor_id, settings, at)
        note(connection, VENDORS, look(connection, VENDORS, vendor_id, actor), "register", actor, at)
    return vendor_id


def edit(  # noqa: PLR0913, PLR0917 (what is changed, by whom, having seen what)
    connection: Connection,
    vendor_id: UUID,
    profile: Profile,
    actor: Actor,
    clock: Clock,
    seen_version: int,
    settings: VendorSettings,
) -> None:
    """Say something else of oneself. Who is verified becomes a small enterprise by an accepted card first."""
    _check(profile, settings)
    with unit(connection):
        standing = lock(connection, VENDORS, vendor_id, actor)
        at = clock()
        if not holds_any(actor.at(at), SPEAKERS, standing.scopes):
            raise NotAllowed
        compare(standing, seen_version)
        if VENDORS.machine.state(standing.state).is_terminal:
            raise NotInThisState
        before = repository.find_vendor(connection, vendor_id)
        assert before is not None
        becomes_sme = profile.is_sme and not before.profile.is_sme
        if (
            becomes_sme
            and standing.state not in UNVERIFIED
            and DocumentKind.SME_CARD
            in _ended(connection, vendor_id, (DocumentKind.SME_CARD,), at, accepted_only=True)
        ):
            raise CardMissing
        repository.describe(connection, vendor_id, profile)
        plan_ends(connection, vendor_id, settings, at)
        note(connection, VENDORS, standing, "edit", actor, at, {"is_sme": profile.is_sme})


def move(  # noqa: PLR0913, PLR0917 (as the engine's own)
    connection: Connection,
    vendor_id: UUID,
    event: str,
    actor: Actor,
    clock: Clock,
    settings: VendorSettings,
    *,
    seen_version: int,
    reason: str | None = None,
    until: datetime | None = None,
) -> Moved:
    """Every step, with what it does to the deadlines, and its mails; an exclusion says until when."""
    with unit(connection):
        try:
            moved = apply(
                connection,
                VENDORS,
                vendor_id,
                event,
                actor,
                clock,
                seen_version=seen_version,
                reason=reason,
            )
        except TooLate as error:
            refusal = _on_papers(connection, vendor_id, event, settings, clock())
            raise refusal or error from error
        if event in _EXCLUSIONS:
            repository.set_until(connection, vendor_id, _end_of_exclusion(until, moved.at, settings))
        plan_ends(connection, vendor_id, settings, moved.at)
        enqueue(connection, notices(connection, moved), moved.at, words=moved.words)
    return moved


def get_steps(
    connection: Connection, vendor_id: UUID, actor: Actor, clock: Clock, settings: VendorSettings
) -> list[Offer[Facts]]:
    """What the actor can do with a vendor; where a paper has ended, it says which."""
    offers = possible_steps(connection, VENDORS, vendor_id, actor, clock)
    with connection.transaction():
        return [
            Offer(
                offer.step,
                _on_papers(connection, vendor_id, offer.step.event, settings, clock()) or offer.refusal,
            )
            if isinstance(offer.refusal, TooLate)
            else offer
            for offer in offers
        ]


def get_vendor(connection: Connection, vendor_id: UUID, actor: Actor, clock: Clock) -> Vendor:
    """One's own, or for the programme any; else :class:`NoSuchObject`."""
    with connection.transaction():
        found = repository.find_vendor(connection, vendor_id)
    if found is None or not may_see(actor.at(clock()), found):
        raise NoSuchObject
    return found


def get_listed(connection: Connection, vendor_id: UUID) -> Vendor:
    """A verified vendor of a verified company, for everybody; else :class:`NoSuchObject`."""
    with connection.transaction():
        found = repository.find_vendor(connection, vendor_id)
    if found is None or not is_listed(found):
        raise NoSuchObject
    return found


def is_listed(vendor: Vendor) -> bool:
    return vendor.state == "verified" and vendor.organisation_state == "verified"


def list_own(connection: Connection, actor: Actor, clock: Clock) -> list[Vendor]:
    """The vendors that a person speaks for."""
    with connection.transaction():
        return repository.find_of_organisations(connection, _spoken_for(actor.at(clock())))


def list_companies(connection: Connection, actor: Actor, clock: Clock) -> list[tuple[UUID, Names]]:
    """The companies that a person could register as vendors."""
    with connection.transaction():
        return repository.find_companies(connection, _spoken_for(actor.at(clock())))


def list_vendors(  # noqa: PLR0913, PLR0917 (a page has this many sides)
    connection: Connection,
    states: Collection[str],
    actor: Actor,
    clock: Clock,
    settings: VendorSettings,
    after: UUID | None = None,
    words: str = "",
    *,
    waiting: bool = False,
) -> list[Waiting]:
    """A page of those in these states, for the programme; ``waiting``: with papers nobody has looked at."""
    require_staff(actor, clock())
    with connection.transaction():
        return repository.find_vendors(
            connection, states, words, after, settings.page_rows_max, waiting=waiting
        )


def count_states(connection: Connection, actor: Actor, clock: Clock) -> dict[str, int]:
    """How many there are in each state, for the programme."""
    require_staff(actor, clock())
    with connection.transaction():
        return repository.count_states(connection)


def require_staff(actor: Actor, at: datetime) -> None:
    """:class:`NotAllowed` for everybody else."""
    if not holds_any(actor.at(at), STAFF, [HUB]):
        raise NotAllowed


def plan_ends(connection: Connection, vendor_id: UUID, settings: VendorSettings, at: datetime) -> None:
    """Set the deadlines anew, in the caller's transaction: papers, or an exclusion, have changed."""
    vendor = repository.find_vendor(connection, vendor_id)
    assert vendor is not None
    current = [one for one in repository.find_documents(connection, vendor_id) if one.replaced_at is None]
    planned = deadlines_of(current, required_of(vendor.profile, settings), vendor.until, at)
    for name, instant in planned.items():
        set_deadline(connection, vendor_id, Deadline(name, instant, CITY_ZONE.key))


def _on_papers(
    connection: Connection, vendor_id: UUID, event: str, settings: VendorSettings, at: datetime
) -> Refusal | None:
    """A step is too late because a paper has ended, or was never there: which."""
    accepted_only = _ON_PAPERS.get(event)
    vendor = repository.find_vendor(connection, vendor_id)
    if accepted_only is None or vendor is None:
        return None
    required = required_of(vendor.profile, settings)
    kinds = _ended(connection, vendor_id, required, at, accepted_only=False)
    if kinds:
        return DocumentsMissing(kinds)
    kinds = _ended(connection, vendor_id, required, at, accepted_only=accepted_only)
    return DocumentsNotAccepted(kinds) if kinds else None


def _ended(
    connection: Connection,
    vendor_id: UUID,
    required: Collection[DocumentKind],
    at: datetime,
    *,
    accepted_only: bool,
) -> tuple[DocumentKind, ...]:
    current = [one for one in repository.find_documents(connection, vendor_id) if one.replaced_at is None]
    return ended(current, required, at, accepted_only=accepted_only)


def _end_of_exclusion(until: datetime | None, at: datetime, settings: VendorSettings) -> datetime:
    if until is None or until <= at:
        raise UntilMissing
    if until > at + timedelta(days=settings.exclusion_days_max):
        label = Label(PACKAGE, "field.until")
        raise WrongVendorField(field=label, limit=f"1–{settings.exclusion_days_max}")
    return until


def _spoken_for(actor: Actor) -> list[UUID]:
    return [
        grant.scope.object_id
        for grant in actor.grants
        if grant.role is Role.VENDOR
        and grant.scope.kind is ScopeKind.ORGANISATION
        and grant.scope.object_id is not None
    ]


def _check(profile: Profile, settings: VendorSettings) -> None:
    refusal = why_wrong_profile(profile, settings)
    if refusal is not None:
        raise refusal
