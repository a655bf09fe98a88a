"""What can be wrong with rules and alerts."""

from __future__ import annotations

from typing import ClassVar

from citycore.errors import FalajError, Kind
from citycore.language import Language, catalogue


class AlertError(FalajError):
    """Root of what is wrong with rules, receivers and alerts."""

    kind = Kind.INVALID
    package: ClassVar[str] = "citycore.alerts"


class AlertRuleInvalid(AlertError):
    """``where`` is the path in the document, ``reason`` what is wrong there and what belongs there: the code of a fault, which
    has words in both languages, or what whoever read the document said.
    """

    def text(self, language: Language) -> str:
        """With the words of the fault."""
        words, key = catalogue(self.package), f"fault.{self.details['reason']}"
        known = key in words.texts[language]
        reason = words.text(key, language) if known else self.details["reason"]
        return words.text(f"error.{self.slug}", language, where=self.details["where"], reason=reason)


class AlertRulesFull(AlertError):
    """A hub keeps at most ``rules_max`` rules and ``receivers_max`` receivers."""

    kind = Kind.TOO_LARGE


class AlertRuleNotFound(AlertError):
    """There is no rule with the code ``code``."""

    kind = Kind.NOT_FOUND


class AlertRuleNotPreviewed(AlertError):
    """The rule ``code`` was changed since its preview, or never had one."""

    kind = Kind.CONFLICT


class AlertNotFound(AlertError):
    """There is no alert ``alert``."""

    kind = Kind.NOT_FOUND


class AlertReceiverNotFound(AlertError):
    """There is no receiver with the code ``code``."""

    kind = Kind.NOT_FOUND


class AlertReceiverInvalid(AlertError):
    """``reason`` says what an address has to be."""
