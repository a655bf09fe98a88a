"""Open cases that are somewhere for everybody to see: whoever is about to report the same follows one of them instead."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString
from uuid import UUID

from casework.cases.rules import likeness
from casework.cases.settings import CaseSettings
from casework.governorates.model import Governorate
from casework.governorates.wilayats import Wilayat, wilayat_named
from casework.programme import Session
from casework.workflow.wording import Label
from citycore.store.rows import rows_of

#: To which distances are told.
_METRES: Final = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row of the noun's statement; ``text`` is compared and shown to nobody, ``metres`` is None where a point is missing."""

    case_id: UUID
    topic: str
    governorate: Governorate | None
    wilayat: str
    metres: int | None
    received_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """As everybody may see it: its category, its place and its date, never the words of whoever said it."""

    case_id: UUID
    about: Label
    governorate: Governorate | None
    wilayat: Wilayat | None
    metres: int | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Matters:
    """Of a noun. ``candidates`` gives those ``within`` so many metres, or of the same wilayat, of a topic and an organisation, at
    most so many ``rows``, those near by first; ``about`` names a topic, and of those in ``of_points`` distances are told.
    """

    candidates: LiteralString
    about: Callable[[str], Label]
    of_points: Collection[str]

    def read(self, session: Session, said: str, values: Mapping[str, object]) -> list[OpenMatter]:
        """What may be the same as what somebody is about to say; ``values`` are those of the statement."""
        limits = session.of(CaseSettings)
        bounds = {"within": limits.nearby_metres, "rows": limits.alike_cases_max}
        found = [
            one
            for one in rows_of(session.connection, Candidate, self.candidates, {**values, **bounds})
            if one.metres is not None
            or likeness(said, one.text, limits.alike_words_max) >= limits.alike_share_min
        ]
        return [self._shown(one) for one in found[: limits.nearby_max]]

    def _shown(self, one: Candidate) -> OpenMatter:
        is_known = one.metres is not None and one.topic in self.of_points
        metres = max(_METRES, round((one.metres or 0) / _METRES) * _METRES) if is_known else None
        wilayat = wilayat_named(one.wilayat, one.governorate)
        return OpenMatter(
            one.case_id, self.about(one.topic), one.governorate, wilayat, metres, one.received_at
        )
