"""What the services need besides a connection: clock, chance, limits, and the hashing of passwords."""

from __future__ import annotations

import secrets
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from casework.access.model import Actor
from casework.people.passwords import Passwords
from casework.people.settings import PeopleSettings, ThrottleSettings
from casework.people.tokens import Random, new_id
from casework.programme import Programme, Session
from citycore.clock import Clock, system_clock
from citycore.store.connections import Connection


@dataclass(frozen=True, slots=True)
class Desk:
    """Made once a process."""

    passwords: Passwords
    settings: PeopleSettings = field(default_factory=PeopleSettings)
    throttle: ThrottleSettings = field(default_factory=ThrottleSettings)
    clock: Clock = system_clock
    random: Random = secrets.token_bytes
    programme: Programme | None = None

    @classmethod
    def made_for(cls, programme: Programme) -> Self:
        return cls(
            programme.of(Passwords),
            programme.of(PeopleSettings),
            programme.of(ThrottleSettings),
            programme.clock,
            programme.random,
            programme,
        )

    def session(self, connection: Connection, actor: Actor) -> Session:
        """For services that still take a desk and call one that takes a session, in their own transaction."""
        programme = self.programme
        if programme is None:
            parts = (self.passwords, self.settings, self.throttle)
            programme = Programme(lambda: nullcontext(connection), self.clock, parts, self.random)
        return programme.within(connection, actor)

    def new_id(self) -> UUID:
        return new_id(self.random)
