"""What everybody may see of a voice. Pure."""

from __future__ import annotations

from typing import Final

from casework.governorates.wilayats import wilayat_named
from participation.voices.model import OF_POINTS, Candidate, OpenMatter

#: To which distances are told.
_METRES: Final = 10


def shown_to_all(one: Candidate) -> OpenMatter:
    """Its category, its place and its date; never the words of whoever said it."""
    is_known = one.metres is not None and one.topic in OF_POINTS
    metres = max(_METRES, round((one.metres or 0) / _METRES) * _METRES) if is_known else None
    place = one.place
    wilayat = wilayat_named(place.wilayat, place.governorate)
    return OpenMatter(one.voice_id, one.topic, place.governorate, wilayat, metres, one.received_at)
