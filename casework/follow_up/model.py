"""What somebody without an account is given, and what it opens."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from casework.access.model import Actor, Grant, Role, Scope, ScopeKind


@dataclass(frozen=True, slots=True)
class Issued:
    """Shown once: the number names what is followed, the code opens it. The hub does not know the code afterwards."""

    number: str
    code: str


@dataclass(frozen=True, slots=True)
class Followed:
    """What somebody has shown to follow; ``kind`` is that of its passage, which says where it is read."""

    kind: str
    object_id: UUID

    @property
    def actor(self) -> Actor:
        """Whoever follows it: nobody whom the hub knows, with one role in one scope."""
        return Actor(None, (Grant(Role.FOLLOWER, Scope(ScopeKind.CASE, self.object_id)),))
