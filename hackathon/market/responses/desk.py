"""What the services of responses require besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.people.desk import Desk
from hackathon.market.needs.desk import NeedDesk
from hackathon.market.responses.settings import ResponseSettings


@dataclass(frozen=True, slots=True)
class ResponseDesk:
    """Made once a process, on the desk of needs."""

    needs: NeedDesk
    settings: ResponseSettings = field(default_factory=ResponseSettings)

    @property
    def desk(self) -> Desk:
        return self.needs.desk
