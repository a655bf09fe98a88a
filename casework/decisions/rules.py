"""Who owns a decision, and what may be written. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from casework.access.model import Actor, Role, Scope, ScopeKind
from casework.decisions.model import PACKAGE, Draft, Evidence, Plan, Texts
from casework.decisions.settings import DecisionSettings
from casework.governorates.model import Governorate
from casework.workflow.fields import Fields
from casework.workflow.wording import Span
from citycore.clock import CITY_ZONE

FIELDS = Fields(PACKAGE)
CHAIN = "decisions"


def owner_scopes(owners: Collection[UUID | None]) -> frozenset[Scope]:
    """Where whoever answers or does something holds a role."""
    return frozenset(Scope(ScopeKind.ORGANISATION, owner) for owner in owners if owner is not None)


def is_own(actor: Actor, owners: Collection[UUID | None], *, is_member: bool) -> bool:
    """Whether the actor did it or belongs to those who do: by any role there, or as a member. No other role makes
    that good.
    """
    scopes = owner_scopes(owners)
    return is_member or any(grant.scope in scopes for grant in actor.grants)


def heard_scopes(actor: Actor, *, was_heard: bool) -> frozenset[Scope]:
    """The actor's own, once they were heard: of the person, or of the case that they follow."""
    if not was_heard:
        return frozenset()
    own = {grant.scope for grant in actor.grants if grant.role is Role.FOLLOWER}
    return frozenset(own if actor.person_id is None else {Scope(ScopeKind.PERSON, actor.person_id)})


def check_draft(draft: Draft, settings: DecisionSettings) -> None:
    """:class:`WrongField` for the first field that cannot be like this."""
    FIELDS.check_texts(draft, ("title_ar", "title_en"), settings.title_characters_max)
    FIELDS.check_texts(draft, ("heard_ar", "heard_en"), settings.text_characters_max)
    if draft.governorate is not None and draft.governorate not in set(Governorate):
        raise FIELDS.wrong("governorate", "OM-…")


def check_texts(field: str, texts: Texts, settings: DecisionSettings) -> None:
    """The same of a text in both languages, which may not be there yet."""
    for language in ("ar", "en"):
        FIELDS.check_text(f"{field}_{language}", getattr(texts, language), settings.text_characters_max, 0)


def check_plan(plan: Plan, settings: DecisionSettings, at: datetime) -> None:
    FIELDS.check_texts(plan, ("text_ar", "text_en"), settings.text_characters_max)
    today = at.astimezone(CITY_ZONE).date()
    last = today + timedelta(days=settings.action_days_max)
    if not today <= plan.due_on <= last:
        raise FIELDS.wrong("due_on", Span(first=today, last=last))


def check_evidence(evidence: Evidence, settings: DecisionSettings) -> None:
    """A page that everybody can open: of the web, or of this hub."""
    FIELDS.check_text("link", evidence.link, settings.link_characters_max)
    FIELDS.check_texts(evidence, ("note_ar", "note_en"), settings.text_characters_max)
    try:
        parts = urlsplit(evidence.link)
    except ValueError:  # brackets that hold no address
        raise FIELDS.wrong("link", "https://…, /v1/…") from None
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith(("/v1/", "/portal/"))
    is_web = parts.scheme == "https" and bool(parts.netloc)
    if not (is_ours or is_web) or any(letter <= " " or letter == "\\" for letter in evidence.link):
        raise FIELDS.wrong("link", "https://…, /v1/…")
