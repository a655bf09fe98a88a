"""What the engine works with."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, TypeVar

from casework.access.model import Actor
from casework.workflow.gathering import Gathered
from citycore.store.connections import Connection

Part = TypeVar("Part")


class CallContext(Protocol):
    """A transaction, and who acts in it, such as a :class:`casework.programme.Session`."""

    @property
    def connection(self) -> Connection: ...

    @property
    def actor(self) -> Actor: ...

    @property
    def gathered(self) -> Gathered | None:
        """What is written at the end, where steps of many are taken together."""

    def now(self) -> datetime: ...

    def of(self, kind: type[Part]) -> Part: ...
