"""What can be wrong with a schedule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from citycore.errors import FalajError, Kind
from citycore.language import Language, catalogue

PACKAGE = "citycore.transport"


@dataclass(frozen=True, slots=True)
class FeedFault:
    """What is wrong in which line (None: with the file as a whole) of which file; ``code`` names the text."""

    file: str
    line: int | None
    code: str
    details: dict[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        """One line: where, what, and what belongs there."""
        texts = catalogue(PACKAGE)
        where = (
            self.file
            if self.line is None
            else texts.text("feed.where", language, file=self.file, line=self.line)
        )
        return f"{where}: {texts.text(f'feed.{self.code}', language, **self.details)}"


class TransportError(FalajError):
    """Root of what is wrong with schedules."""

    kind = Kind.INVALID
    package: ClassVar[str] = PACKAGE


class FeedInvalid(TransportError):
    """``faults`` are the first, in the order of the files; ``count`` how many there are."""

    def __init__(self, faults: Sequence[FeedFault], count: int) -> None:
        self.faults = tuple(faults)
        super().__init__(count=count)

    def text(self, language: Language) -> str:
        return catalogue(PACKAGE).text(
            "error.feed_invalid", language, first=self.faults[0].text(language), **self.details
        )


class FeedSourceNotFound(TransportError):
    """There is no source ``source`` whose vehicles could follow the schedule."""

    kind = Kind.NOT_FOUND
