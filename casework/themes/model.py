"""Notes, their themes, and what people say of them, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from uuid import UUID

from casework.people.model import Names

PACKAGE: Final = "casework.themes"


class Topic(NamedTuple):
    """A question about an object of a noun, in answer to which people wrote notes."""

    object_id: UUID
    question: str


@dataclass(frozen=True, slots=True)
class Theme:
    """What several notes are about, in the words of whoever read them."""

    code: str
    name_ar: str
    name_en: str

    @property
    def names(self) -> Names:
        return Names(self.name_ar, self.name_en)


@dataclass(frozen=True, slots=True)
class Coding:
    """What a person says of a note: its theme, if it has one, and whether its words may be read by everybody."""

    note_id: UUID
    theme: str | None
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What people have made of what was written about an object, by question."""

    themes: Mapping[str, Sequence[Theme]] = field(default_factory=dict)
    codings: Mapping[str, Sequence[Coding]] = field(default_factory=dict)

    def by_hand(self, question: str) -> dict[UUID, str | None]:
        """The themes that people gave, by note."""
        return {one.note_id: one.theme for one in self.codings.get(question, ())}
