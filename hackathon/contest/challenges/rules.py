"""What may be written in a challenge, and who sees it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.workflow.errors import Refusal
from casework.workflow.wording import Label
from hackathon.contest.challenges.errors import WrongField
from hackathon.contest.challenges.machine import AGENCY, CHALLENGE, JURY, PUBLISHED
from hackathon.contest.challenges.model import Challenge, Description
from hackathon.contest.challenges.settings import ChallengeSettings


def scopes_of(challenge_id: UUID, hackathon_id: UUID, organisation_id: UUID) -> frozenset[Scope]:
    """Officers of its agency, organisers of its hackathon, and whoever was given this one alone."""
    return frozenset(
        {
            Scope(ScopeKind.CHALLENGE, challenge_id),
            Scope(ScopeKind.HACKATHON, hackathon_id),
            Scope(ScopeKind.ORGANISATION, organisation_id),
        }
    )


def may_see(actor: Actor, challenge: Challenge) -> bool:
    """Everybody sees what is published; before, its agency and those who decide about it."""
    scopes = scopes_of(challenge.challenge_id, challenge.hackathon_id, challenge.organisation_id)
    return challenge.state in PUBLISHED or holds_any(actor, AGENCY | JURY, scopes)


def why_wrong(description: Description, settings: ChallengeSettings) -> Refusal | None:
    """The first field that cannot be stored like this."""
    return next(_wrong_fields(description, settings), None)


def _wrong_fields(text: Description, settings: ChallengeSettings) -> Iterator[Refusal]:
    for name in ("title_ar", "title_en"):
        if not 1 <= len(getattr(text, name).strip()) <= settings.title_characters_max:
            yield _wrong(name, f"1–{settings.title_characters_max}")
    for name in ("problem_ar", "problem_en"):
        if len(getattr(text, name)) > settings.problem_characters_max:
            yield _wrong(name, f"0–{settings.problem_characters_max}")
    for name in ("datasets", "things"):
        if len(set(getattr(text, name))) > settings.links_max:
            yield _wrong(name, f"0–{settings.links_max}")


def _wrong(field: str, limit: str) -> WrongField:
    return WrongField(field=Label(CHALLENGE.package, f"field.{field}"), limit=limit)
