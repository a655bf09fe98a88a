"""Which papers a vendor lacks, until when it has them, and what it may write. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from urllib.parse import urlsplit
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.workflow.fields import Fields
from citycore.clock import CITY_ZONE, day_end
from hackathon.market.vendors.errors import VendorDocumentEnded
from hackathon.market.vendors.machine import (
    ACCEPTED_END,
    EXCLUSION_END,
    LATE_END,
    PAPERS_END,
    SPEAKERS,
    STAFF,
)
from hackathon.market.vendors.model import PACKAGE, Document, DocumentKind, Paper, Profile, Vendor
from hackathon.market.vendors.settings import VendorSettings

FIELDS = Fields(PACKAGE)


def scopes_of(organisation_id: UUID) -> frozenset[Scope]:
    return frozenset({Scope(ScopeKind.ORGANISATION, organisation_id)})


def speaks_for(actor: Actor, organisation_id: UUID) -> bool:
    return holds_any(actor, SPEAKERS, scopes_of(organisation_id))


def may_see(actor: Actor, vendor: Vendor) -> bool:
    """Those who speak for it, and the programme, see it whatever its state."""
    return holds_any(actor, SPEAKERS | STAFF, scopes_of(vendor.organisation_id))


def required_of(profile: Profile, settings: VendorSettings) -> tuple[DocumentKind, ...]:
    """The papers that are asked for: who says to be a small enterprise has to show it."""
    card = {DocumentKind.SME_CARD} if profile.is_sme else set()
    wanted = {*settings.required_kinds, *card}
    return tuple(kind for kind in DocumentKind if kind in wanted)


def end_of(expires_on: date) -> datetime:
    """The instant at which a paper is no longer valid: the end of its last day in Muscat."""
    return day_end(expires_on, CITY_ZONE)


def lacking(
    documents: Iterable[Document], required: Collection[DocumentKind], *, accepted_only: bool = False
) -> tuple[DocumentKind, ...]:
    """Kinds that are asked for and not among the papers that count now."""
    there = {one.paper.kind for one in documents if one.is_accepted or not accepted_only}
    return tuple(kind for kind in required if kind not in there)


def first_end(
    documents: Sequence[Document], required: Collection[DocumentKind], *, accepted_only: bool = False
) -> datetime | None:
    """When the first kind runs out of valid papers; None if one is lacking already."""
    if lacking(documents, required, accepted_only=accepted_only):
        return None
    ends: dict[DocumentKind, datetime] = {}
    for one in documents:
        if one.is_accepted or not accepted_only:
            end = end_of(one.paper.expires_on)
            ends[one.paper.kind] = max(end, ends.get(one.paper.kind, end))
    return min(ends[kind] for kind in required) if required else datetime.max.replace(tzinfo=CITY_ZONE)


def deadlines_of(
    documents: Sequence[Document], required: Collection[DocumentKind], until: datetime | None, at: datetime
) -> Mapping[str, datetime]:
    """The deadlines of a vendor; what is lacking has ended already."""
    accepted_end = first_end(documents, required, accepted_only=True) or at
    exclusion_end = until or at
    return {
        PAPERS_END: first_end(documents, required) or at,
        ACCEPTED_END: accepted_end,
        EXCLUSION_END: exclusion_end,
        LATE_END: max(accepted_end, exclusion_end),
    }


def ended(
    documents: Sequence[Document], required: Collection[DocumentKind], at: datetime, *, accepted_only: bool
) -> tuple[DocumentKind, ...]:
    """Kinds that are asked for and of which no paper is valid at an instant."""
    valid = [one for one in documents if at < end_of(one.paper.expires_on)]
    return lacking(valid, required, accepted_only=accepted_only)


def reminder_of(expires_on: date, days: Iterable[int], reminded: int | None, today: date) -> int | None:
    """The reminder that is due for a paper on a day in Muscat: so many days before its end, each once.

    Where several are due, only the nearest to the end; None where none is, or the paper has ended.
    """
    left = (expires_on - today).days + 1
    due = [one for one in days if 0 < left <= one and (reminded is None or one < reminded)]
    return min(due, default=None)


def check_paper(paper: Paper, settings: VendorSettings, today: date) -> None:
    """What is wrong with what is said of a document; one that has ended is of no use."""
    FIELDS.check_texts(paper, ["number"], settings.number_characters_max)
    if paper.expires_on < today:
        raise VendorDocumentEnded
    if paper.expires_on.year > today.year + settings.document_years_max:
        raise FIELDS.wrong("expires_on", f"≤ {today.year + settings.document_years_max}")


def check_profile(profile: Profile, settings: VendorSettings) -> None:
    """:class:`WrongField` for the first that cannot be stored like this."""
    most = settings.profile_characters_max
    FIELDS.check_texts(profile, ("profile_ar", "profile_en"), most, least=0)
    if not (profile.profile_ar + profile.profile_en).strip():
        raise FIELDS.wrong("profile", f"1–{most}")
    if profile.website is not None and not is_address(profile.website, settings.website_characters_max):
        raise FIELDS.wrong("website", f"https://… (≤ {settings.website_characters_max})")


def is_address(text: str, characters_max: int) -> bool:
    """Whether a text is an address of the web that a page may link to."""
    if len(text) > characters_max or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"https", "http"} and "." in (parts.hostname or "")
