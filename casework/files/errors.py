"""What stands against a file that somebody uploads."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind
from citycore.language import Language, catalogue


class FileRefused(Refusal):
    """``code`` is a key of ``file`` texts, which say why with the details."""

    package = "casework.files"
    kind = Kind.INVALID

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        super().__init__(**details)

    def text(self, language: Language) -> str:
        texts = catalogue(self.package)
        reason = texts.text(f"file.{self.code}", language, **self.details)
        return texts.text(f"error.{self.slug}", language, name=self.details["name"], reason=reason)


class FileAway(Refusal):
    """It is known, but its bytes cannot be read now."""

    package = "casework.files"
    kind = Kind.UNAVAILABLE
