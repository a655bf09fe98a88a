"""What may be written in a challenge, and who sees it. Pure."""

from __future__ import annotations

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.workflow.fields import Fields
from hackathon.contest.challenges.machine import (
    AGENCY,
    CHALLENGE,
    EDITABLE,
    EDITABLE_BY_ORGANISERS,
    JURY,
    PUBLISHED,
    STAFF,
)
from hackathon.contest.challenges.model import Challenge, Description
from hackathon.contest.challenges.settings import ChallengeSettings

FIELDS = Fields(CHALLENGE.package)


def scopes_of(challenge: Challenge) -> frozenset[Scope]:
    """Officers of its agency, organisers of its hackathon, and whoever was given this one alone."""
    return frozenset(
        {
            Scope(ScopeKind.CHALLENGE, challenge.challenge_id),
            Scope(ScopeKind.HACKATHON, challenge.hackathon_id),
            Scope(ScopeKind.ORGANISATION, challenge.organisation_id),
        }
    )


def may_see(actor: Actor, challenge: Challenge) -> bool:
    """Everybody sees what is published; before, its agency and those who decide about it."""
    return challenge.state in PUBLISHED or holds_any(actor, AGENCY | JURY, scopes_of(challenge))


def may_write(actor: Actor, challenge: Challenge) -> bool:
    """Officers in those of their agency, organisers in their own, while nobody relies on it."""
    if challenge.by_organisers and challenge.state in EDITABLE_BY_ORGANISERS:
        return holds_any(actor, STAFF, scopes_of(challenge))
    return challenge.state in EDITABLE and holds_any(actor, AGENCY, scopes_of(challenge))


def check(text: Description, settings: ChallengeSettings) -> None:
    """:class:`WrongField` for the first field that cannot be stored like this."""
    FIELDS.check_texts(text, ("title_ar", "title_en"), settings.title_characters_max)
    FIELDS.check_texts(text, ("problem_ar", "problem_en"), settings.problem_characters_max, least=0)
    for name in ("datasets", "things"):
        if len(set(getattr(text, name))) > settings.links_max:
            raise FIELDS.wrong(name, f"0–{settings.links_max}")
