"""What keeps something from being written; the texts say what to do."""

from __future__ import annotations

from citycore.errors import FalajError, Kind
from citycore.language import Language, catalogue

PACKAGE = "hub_api.standards.sensorthings.writing"
SHOWN_CHARACTERS_MAX = 60


def _shown(piece: object) -> str:
    text = " ".join(str(piece).split())
    return text if len(text) <= SHOWN_CHARACTERS_MAX else f"{text[: SHOWN_CHARACTERS_MAX - 1]}…"


class _Explained(FalajError):
    """``reason`` names the text that the fields fill."""

    kind = Kind.INVALID
    package = PACKAGE

    def __init__(self, reason: str, **fields: object) -> None:
        self.reason = reason
        self.fields: dict[str, object] = {
            # A whole number agrees with the noun behind it.
            name: value if type(value) is int else _shown(value)
            for name, value in fields.items()
        }
        super().__init__()

    def text(self, language: Language) -> str:
        return catalogue(PACKAGE).text(f"reason.{self.reason}", language, **self.fields)


class EntityInvalid(_Explained):
    """A body or a part of it cannot be what it says; ``where`` is its place in the body."""

    slug = "sta_entity_invalid"
    kind = Kind.INVALID

    def __init__(self, where: str, reason: str, **fields: object) -> None:
        self.where = where
        super().__init__(reason, **fields)

    def text(self, language: Language) -> str:
        line = super().text(language)
        if not self.where:
            return line
        return catalogue(PACKAGE).text("error.in_place", language, where=_shown(self.where), line=line)


class WritingConflict(_Explained):
    """It could be written if something else were not there."""

    slug = "sta_writing_conflict"
    kind = Kind.CONFLICT


class EntityMissing(_Explained):
    """There is no such entity."""

    slug = "sta_entity_missing"
    kind = Kind.NOT_FOUND


class WriterUnknown(_Explained):
    """Nobody writes without a key or a credential."""

    slug = "sta_writer_unknown"
    kind = Kind.NOT_SIGNED_IN

    def __init__(self, reason: str = "writer_unknown") -> None:
        super().__init__(reason)


class WriterForbidden(_Explained):
    """Whoever asks may write, but not that."""

    slug = "sta_writer_forbidden"
    kind = Kind.FORBIDDEN


class BodyTooLarge(_Explained):
    """More than one request may bring."""

    slug = "sta_body_too_large"
    kind = Kind.TOO_LARGE
