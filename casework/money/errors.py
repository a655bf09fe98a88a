"""What is wrong with an amount that somebody typed."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class AmountRefusal(Refusal):
    package = "casework.money"
    kind = Kind.INVALID


class CurrencyUnknown(AmountRefusal):
    """``known`` lists the codes that can be used."""


class AmountUnreadable(AmountRefusal):
    """``example`` is an amount as it can be written."""


class AmountAmbiguous(AmountRefusal):
    """The comma could separate thousands or decimals: ``smaller`` and ``larger`` are both readings."""


class AmountTooFine(AmountRefusal):
    """More decimals than the ``decimals`` that ``currency`` has."""


class AmountNegative(AmountRefusal):
    pass


class AmountTooLarge(AmountRefusal):
    """Above ``limit``."""
