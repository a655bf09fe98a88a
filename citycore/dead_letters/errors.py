"""What can be wrong with a wish about dead letters; each is one line in two languages."""

from __future__ import annotations

from citycore.errors import FalajError, Kind, NotFound
from citycore.language import Language, translate


class DeadLetterNotFound(NotFound):
    """There is no letter of this number; it may have been removed to keep within the bounds."""

    slug = "not_found"

    def __init__(self, number: int) -> None:
        super().__init__(what=translate("noun.dead_letter", "en"), name=number)

    def text(self, language: Language) -> str:
        fields = {**self.details, "what": translate("noun.dead_letter", language)}
        return translate(f"error.{self.slug}", language, **fields)


class DeadLetterNotReplayable(FalajError):
    """Sending the letter would not bring it to ingest; ``hindrance`` is a key of ``[hindrance]``."""

    slug = "letter_not_replayable"
    kind = Kind.CONFLICT

    def __init__(self, number: int, hindrance: str) -> None:
        super().__init__(number=number, hindrance=hindrance)

    def text(self, language: Language) -> str:
        reason = translate(f"hindrance.{self.details['hindrance']}", language)
        return translate(f"error.{self.slug}", language, number=self.details["number"], reason=reason)


class NoSubscriber(FalajError):
    """The broker took a letter and threw it away, since no ingest has ever subscribed there."""

    slug = "no_subscriber"
    kind = Kind.UNAVAILABLE
