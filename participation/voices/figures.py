"""What is counted of voices: complaints and suggestions with their ends, by governorate; notes on quality, which nobody answers."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from casework.cases.figures import Counted, Counting, Table
from casework.governorates.model import Governorate
from citycore.store.connections import Connection
from participation.voices import repository
from participation.voices.model import KIND, UNKNOWN, Kind
from participation.voices.settings import VoiceSettings

_PLACES: Final = (*(one.value for one in Governorate), UNKNOWN)
#: Each has one. What ended in another way is told with them, so that they add up.
_ENDS: Final = ("put_right", "not_put_right", "still_open", "ended_otherwise")


def _rows(*kinds: Kind) -> tuple[str, ...]:
    return tuple(f"{kind.value}.{place}" for kind in kinds for place in _PLACES)


def find(connection: Connection, organisation_id: UUID, month: date) -> list[Counted]:
    return repository.find_counted(connection, organisation_id, month)


TABLES: Final = (
    Table("answered", _rows(Kind.COMPLAINT, Kind.SUGGESTION), _ENDS, is_answered=True),
    Table("noted", _rows(Kind.QUALITY_NOTE)),
)
COUNTING: Final = Counting(
    "voice_figures", KIND, TABLES, lambda programme: programme.of(VoiceSettings).figures_days, find
)
