"""What stands against a file that somebody uploads."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind
from citycore.language import Language, catalogue


class FileRefused(Refusal):
    """``code`` is a key of ``file`` texts, which say why with the details."""

    package = "casework.files"
    kind = Kind.INVALID
    #: The table of texts that say why.
    table = "file"

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        super().__init__(**details)

    def text(self, language: Language) -> str:
        texts = catalogue(self.package)
        reason = texts.text(f"{self.table}.{self.code}", language, **self.details)
        return texts.text(f"error.{self.slug}", language, name=self.details["name"], reason=reason)


class MalwareFound(FileRefused):
    """A scanner knows it: ``signature`` is its name for it, for the log and not for whoever sent it."""

    def __init__(self, signature: str, **details: object) -> None:
        self.signature = signature
        super().__init__("malware", **details)


class ScannerAway(Refusal):
    """``name`` cannot be scanned now, and files are not taken unscanned."""

    package = "casework.files"
    kind = Kind.UNAVAILABLE


class PreviewRefused(FileRefused):
    """It is stored, and cannot be drawn; ``code`` is a key of ``preview`` texts."""

    table = "preview"


class FileAway(Refusal):
    """It is known, but its bytes cannot be read now."""

    package = "casework.files"
    kind = Kind.UNAVAILABLE
