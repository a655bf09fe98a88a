"""Sources of an owner, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from casework.access.model import ScopeKind
from casework.programme import Connect
from citycore.registry import owned
from citycore.registry.document import SourceEntry
from citycore.registry.reviews import Excess, Review
from citycore.settings import BrokerSettings, DeadLettersSettings


@dataclass(frozen=True, slots=True)
class Registry:
    """The registry as a process reaches it: connections of the role that writes it, and the broker that hears of it."""

    connect: Connect
    broker: BrokerSettings
    letters: DeadLettersSettings


@dataclass(frozen=True, slots=True)
class Owner:
    """An organisation or a team, as the registry names it."""

    kind: ScopeKind
    object_id: UUID

    @property
    def code(self) -> str:
        return f"{self.kind}:{self.object_id}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What whoever makes a source fills in."""

    name_en: str | None
    name_ar: str | None
    code: str | None
    decoder: str
    zone: str
    takes_receive_time: bool
    owner: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How the messages of a source are read, as its owner may change it."""

    zone: str
    takes_receive_time: bool


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name as sent means; without a property it is known and not wanted."""

    name: str
    observed_property: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Secret:
    """A credential whose secret is shown this once."""

    username: str
    text: str


@dataclass(frozen=True, slots=True)
class State:
    """One source as its page shows it."""

    entry: SourceEntry
    credentials: Sequence[owned.Credential]
    values: Sequence[owned.NewestValue]
    waiting: Sequence[owned.Waiting]
    letters: Sequence[owned.Letter]
    #: The newest message that waits and that a table of its fields, or accepting its device, would mend.
    waiting_message: owned.Letter | None
    today: int
    review: Review
    excess: Excess | None


@dataclass(frozen=True, slots=True)
class Wish:
    """An observed property that an owner misses: ``name`` as devices send it, and what it measures."""

    name: str
    name_en: str
    name_ar: str
    unit: str
    description: str
