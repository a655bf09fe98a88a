"""Roles, the scopes they hold in, and who acts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from casework.access.shown import Shown


class Role(StrEnum):
    """What somebody is to the programme. ``VISITOR`` and ``PERSON`` follow from who asks, ``FOLLOWER`` from the number and the
    code that they bring; all others are granted.
    """

    VISITOR = "visitor"
    #: Somebody who is signed in: in the scope of the hub anybody, in a person's scope that person.
    PERSON = "person"
    PLANNER = "planner"
    #: Speaks for an agency or a university.
    OFFICER = "officer"
    #: Speaks for a company.
    VENDOR = "vendor"
    TEAM_MEMBER = "team_member"
    CAPTAIN = "captain"
    JUDGE = "judge"
    MENTOR = "mentor"
    ORGANISER = "organiser"
    REVIEWER = "reviewer"
    #: Runs calls for funding and the marketplace.
    PROGRAMME_OFFICER = "programme_officer"
    #: Approves and records what is paid; never the one who approved the work.
    FINANCE = "finance"
    LEAD_APPLICANT = "lead_applicant"
    CO_APPLICANT = "co_applicant"
    AMBASSADOR = "ambassador"
    #: Looks after ambassadors.
    COORDINATOR = "coordinator"
    EDITOR = "editor"
    #: Follows a matter by its number and a code, without an account: in the scope of that case.
    FOLLOWER = "follower"
    #: Answers cases: for an organisation, or one case.
    HANDLER = "handler"
    #: Admits what people write in public, for everything or in one session.
    MODERATOR = "moderator"
    #: Leads sessions, and brings what was said there to those who decide.
    FACILITATOR = "facilitator"
    #: Looks after alerts of sensors.
    DUTY_OFFICER = "duty_officer"
    ADMINISTRATOR = "administrator"
    #: The clockwork: what happens because an instant has come.
    SYSTEM = "system"


class ScopeKind(StrEnum):
    """What a role can be limited to. Agencies, companies and universities are organisations."""

    HUB = "hub"
    PERSON = "person"
    ORGANISATION = "organisation"
    HACKATHON = "hackathon"
    CHALLENGE = "challenge"
    TEAM = "team"
    CALL = "call"
    APPLICATION = "application"
    NEED = "need"
    EVENT = "event"
    CASE = "case"
    SURVEY = "survey"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Scope:
    """One object of a kind; the hub is the only one of its own and has no ``object_id``."""

    kind: ScopeKind
    object_id: UUID | None = None

    def __post_init__(self) -> None:
        if (self.kind is ScopeKind.HUB) != (self.object_id is None):
            raise ValueError(f"a scope of kind {self.kind} has object_id {self.object_id}")


HUB = Scope(ScopeKind.HUB)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a scope, for good or until (not including) an instant."""

    role: Role
    scope: Scope = HUB
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person with what was granted to them, or a visitor without a ``person_id``.

    ``asks_first`` is somebody at a page who has not been asked yet whether they mean it: what cannot be taken back
    waits for their answer. Programs mean what they send. ``words`` are what somebody at a page adds to the step that
    they take, "" if nothing; None is a program, which has no box to write in. ``shown`` is how they have shown who they are, in
    this session or in the one in which their token was made; None where nobody asks from outside.
    """

    person_id: UUID | None
    grants: tuple[Grant, ...] = ()
    asks_first: bool = False
    words: str | None = None
    shown: Shown | None = None

    def at(self, instant: datetime) -> Actor:
        """The same actor without what has lapsed by then."""
        kept = tuple(grant for grant in self.grants if grant.until is None or instant < grant.until)
        return replace(self, grants=kept)

    def has(self, role: Role, scope: Scope = HUB) -> bool:
        """Whether the role is held in that scope; what is held in the hub's scope is held in all."""
        if role is Role.VISITOR:
            return True
        if role is Role.PERSON and scope in self._own:
            return True
        return any(grant.role is role and grant.scope in {HUB, scope} for grant in self.grants)

    @property
    def key(self) -> str:
        """How the actor stands in the audit log: the person's key, or what they follow; never a name."""
        if self.person_id is not None:
            return str(self.person_id)
        for grant in self.grants:
            if grant.role is Role.FOLLOWER:
                return f"case:{grant.scope.object_id}"
        return "system" if self.has(Role.SYSTEM) else "visitor"

    @property
    def _own(self) -> tuple[Scope, ...]:
        return () if self.person_id is None else (HUB, Scope(ScopeKind.PERSON, self.person_id))


ANONYMOUS = Actor(None)
SYSTEM = Actor(None, (Grant(Role.SYSTEM),))
