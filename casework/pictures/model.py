"""A picture as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from citycore.language import Language

PACKAGE: Final = "casework.pictures"
Size = Literal["large", "small"]


@dataclass(frozen=True, slots=True)
class Side:
    """One size of a picture: the SHA-256 of its bytes (hexadecimal), and how many points it has."""

    digest: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of an object."""

    picture_id: UUID
    object_id: UUID
    alt_ar: str
    alt_en: str
    media_type: str
    large: Side
    small: Side

    def alt(self, language: Language) -> str:
        return self.alt_ar if language == "ar" else self.alt_en


@dataclass(frozen=True, slots=True)
class Alternative:
    """What a picture shows, for whoever cannot see it."""

    alt_ar: str
    alt_en: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that was checked and stored in both sizes, and waits for what it is to belong to."""

    media_type: str
    large: Side
    small: Side
