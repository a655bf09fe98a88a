"""What can be wrong with rules and alerts."""

from __future__ import annotations

from typing import ClassVar

from citycore.errors import FalajError, Kind


class AlertError(FalajError):
    """Root of what is wrong with rules, receivers and alerts."""

    kind = Kind.INVALID
    package: ClassVar[str] = "citycore.alerts"


class AlertRuleInvalid(AlertError):
    """``where`` is the path in the document, ``reason`` what is wrong there and what belongs there."""


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
