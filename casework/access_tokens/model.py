"""Tokens, and what each may be used for, as values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from casework.access.model import Role
from casework.access.shown import Shown


class TokenScope(StrEnum):
    """What a program may do for its person; writing includes reading the same things."""

    TEAMS_READ = "teams:read"
    SUBMISSIONS_WRITE = "submissions:write"
    JUDGING_WRITE = "judging:write"
    ACTIVITIES_WRITE = "activities:write"
    OFFERINGS_WRITE = "offerings:write"
    ORGANISE_READ = "organise:read"
    REVIEWS_WRITE = "reviews:write"
    APPLICATIONS_WRITE = "applications:write"
    NEEDS_WRITE = "needs:write"
    QUESTIONS_WRITE = "questions:write"
    CALLS_WRITE = "calls:write"
    FINANCE_WRITE = "finance:write"
    ANNOTATIONS_WRITE = "annotations:write"
    VIEWS_WRITE = "views:write"
    REPORTS_WRITE = "reports:write"
    ALERTS_WRITE = "alerts:write"

    @property
    def key(self) -> str:
        """As texts and fields of forms name it."""
        return self.value.replace(":", "_")


#: The roles that count while a scope is used, as far as the person holds them; all others sleep.
ROLES: Mapping[TokenScope, frozenset[Role]] = MappingProxyType(
    {
        TokenScope.TEAMS_READ: frozenset({Role.CAPTAIN, Role.TEAM_MEMBER}),
        TokenScope.SUBMISSIONS_WRITE: frozenset({Role.CAPTAIN, Role.TEAM_MEMBER}),
        TokenScope.JUDGING_WRITE: frozenset({Role.JUDGE}),
        TokenScope.ACTIVITIES_WRITE: frozenset({Role.AMBASSADOR}),
        TokenScope.OFFERINGS_WRITE: frozenset({Role.VENDOR}),
        TokenScope.ORGANISE_READ: frozenset({Role.ORGANISER, Role.ADMINISTRATOR}),
        TokenScope.REVIEWS_WRITE: frozenset({Role.REVIEWER}),
        TokenScope.APPLICATIONS_WRITE: frozenset({Role.LEAD_APPLICANT, Role.CO_APPLICANT}),
        TokenScope.NEEDS_WRITE: frozenset({Role.OFFICER}),
        TokenScope.QUESTIONS_WRITE: frozenset({Role.VENDOR}),
        # Whoever applies or reviews as well does not see at the desk what is their own or in conflict with them; so below.
        TokenScope.CALLS_WRITE: frozenset(
            {
                Role.PROGRAMME_OFFICER,
                Role.ADMINISTRATOR,
                Role.REVIEWER,
                Role.LEAD_APPLICANT,
                Role.CO_APPLICANT,
            }
        ),
        TokenScope.FINANCE_WRITE: frozenset({Role.FINANCE, Role.REVIEWER}),
        TokenScope.ANNOTATIONS_WRITE: frozenset(
            {Role.DUTY_OFFICER, Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR}
        ),
        # Everybody has their own.
        TokenScope.VIEWS_WRITE: frozenset(),
        # Everybody's own, for which no role is needed.
        TokenScope.REPORTS_WRITE: frozenset(),
        TokenScope.ALERTS_WRITE: frozenset({Role.DUTY_OFFICER, Role.ADMINISTRATOR}),
    }
)


#: What the dashboards may do for whoever signs in there, and nothing else.
DASHBOARD_SCOPES: tuple[TokenScope, ...] = (
    TokenScope.ALERTS_WRITE,
    TokenScope.ANNOTATIONS_WRITE,
    TokenScope.VIEWS_WRITE,
    TokenScope.REPORTS_WRITE,
)


class Standing(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its person sees it, never the token itself."""

    token_id: UUID
    person_id: UUID
    name: str
    scopes: tuple[TokenScope, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    #: What the session had shown in which it was made; None of one from before that was kept.
    shown: Shown | None = None

    def standing(self, at: datetime) -> Standing:
        """It expires at its instant, not after it."""
        if self.revoked_at is not None:
            return Standing.REVOKED
        return Standing.EXPIRED if self.expires_at <= at else Standing.VALID


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: a token for so many days."""

    name: str
    scopes: Collection[TokenScope]
    days: int


@dataclass(frozen=True, slots=True)
class SignIn:
    """What the dashboards get for whoever signs in there: a token until then; ``session_id`` is that of the browser here."""

    name: str
    scopes: Collection[TokenScope]
    until: datetime
    session_id: UUID


@dataclass(frozen=True, slots=True)
class Issued:
    """A token that has just been made; ``text`` is shown only now."""

    token: Token
    text: str
