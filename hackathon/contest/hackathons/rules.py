"""What may be written about a hackathon, and who sees it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.workflow.fields import Fields
from casework.workflow.rules import precedes
from hackathon.contest.hackathons.machine import HACKATHON, STAFF, UNPUBLISHED
from hackathon.contest.hackathons.model import Description
from hackathon.contest.hackathons.settings import HackathonSettings

FIELDS = Fields(HACKATHON.package)
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,63}")


def chain_of(hackathon_id: UUID) -> str:
    """All that belongs to a hackathon is logged in one chain."""
    return f"hackathon:{hackathon_id}"


def scopes_of(hackathon_id: UUID) -> frozenset[Scope]:
    return frozenset({Scope(ScopeKind.HACKATHON, hackathon_id)})


def may_see(actor: Actor, hackathon_id: UUID, state: str) -> bool:
    """Everybody sees what has been announced; before that its organisers do."""
    return state not in UNPUBLISHED or holds_any(actor, STAFF, scopes_of(hackathon_id))


def begins_early(planned: Mapping[str, datetime]) -> bool:
    """Whether teams begin as they are complete: it starts before team formation closes."""
    return precedes(HACKATHON, planned, "starts", "team_formation_closes")


def check(text: Description, settings: HackathonSettings) -> None:
    """:class:`WrongField` for the first field that cannot be stored like this."""
    if _CODE.fullmatch(text.code) is None:
        raise FIELDS.wrong("code", "2–63: a–z 0–9 -")
    FIELDS.check_texts(text, ("title_ar", "title_en"), settings.title_characters_max)
    for name in ("place_ar", "place_en"):
        FIELDS.check_text(name, getattr(text, name).strip(), settings.title_characters_max, least=0)
    FIELDS.check_texts(text, ("summary_ar", "summary_en"), settings.summary_characters_max, least=0)
    if not 1 <= text.team_members_min <= text.team_members_max <= settings.team_members_max:
        raise FIELDS.wrong("team_members", f"1–{settings.team_members_max}")
    _check_details(text, settings)
    if not 1 <= text.rounds <= settings.rounds_max:
        raise FIELDS.wrong("rounds", f"1–{settings.rounds_max}")


def _check_details(text: Description, settings: HackathonSettings) -> None:
    details = ("rules_ar", "rules_en", "eligibility_ar", "eligibility_en")
    FIELDS.check_texts(text, details, settings.rules_characters_max, least=0)
    if text.contact_email and _EMAIL.fullmatch(text.contact_email) is None:
        raise FIELDS.wrong("contact_email", "name@example.om")
    if len(text.prizes) > settings.prizes_max:
        raise FIELDS.wrong("prizes", f"0–{settings.prizes_max}")
    for prize in text.prizes:
        for title in (prize.title_ar, prize.title_en):
            FIELDS.check_text("prize_title", title, settings.title_characters_max)
    if len(text.partners) > settings.partners_max:
        raise FIELDS.wrong("partners", f"0–{settings.partners_max}")
    for partner in text.partners:
        for name in (partner.name_ar, partner.name_en):
            FIELDS.check_text("partner_name", name, settings.title_characters_max)
        for refusal in FIELDS.wrong_link("partner_website", partner.website, settings.website_characters_max):
            raise refusal
