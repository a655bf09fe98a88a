"""What officers wrote on the time line, as the API answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from falaj_client.model import Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What went on. ``kind`` is ``works``, ``event``, ``incident``, ``sensor`` or ``other``.

    ``end`` is not included, and None for what happened at one instant; of ``whole_days`` both are midnights of the city. Who wrote it
    is not named: ``author_role`` and ``organisation_name`` say as what, and None for whom means for the hub itself.
    """

    annotation: str
    kind: str
    kind_name: Name
    name: Name
    text: Name | None
    start: datetime
    end: datetime | None
    whole_days: bool
    place: str | None
    place_name: Name | None
    thing: str | None
    thing_name: Name | None
    observed_property: str | None
    observed_property_name: Name | None
    author_role: str
    author_role_name: Name
    organisation_name: Name | None
    written_at: datetime
    changed_at: datetime
