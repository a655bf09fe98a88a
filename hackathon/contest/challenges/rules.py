"""What may be written in a challenge, and who sees it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from hackathon.contest.challenges.machine import AGENCY, CHALLENGE, JURY, PUBLISHED
from hackathon.contest.challenges.model import Challenge, Description
from hackathon.contest.challenges.settings import ChallengeSettings

FIELDS = Fields(CHALLENGE.package)


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
    yield from FIELDS.wrong_texts(text, ("title_ar", "title_en"), settings.title_characters_max)
    yield from FIELDS.wrong_texts(
        text, ("problem_ar", "problem_en"), settings.problem_characters_max, least=0
    )
    for name in ("datasets", "things"):
        if len(set(getattr(text, name))) > settings.links_max:
            yield FIELDS.wrong(name, f"0–{settings.links_max}")
