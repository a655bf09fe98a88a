"""What is wrong with an amount that somebody typed."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class AmountRefusal(Refusal):
    package: ClassVar[str] = "casework.money"
    kind = Kind.INVALID


class CurrencyUnknown(AmountRefusal):
    """``known`` lists the codes that can be used."""

    slug = "currency_unknown"


class AmountUnreadable(AmountRefusal):
    """``example`` is an amount as it can be written."""

    slug = "amount_unreadable"


class AmountAmbiguous(AmountRefusal):
    """The comma could separate thousands or decimals: ``smaller`` and ``larger`` are both readings."""

    slug = "amount_ambiguous"


class AmountTooFine(AmountRefusal):
    """More decimals than the ``decimals`` that ``currency`` has."""

    slug = "amount_too_fine"


class AmountNegative(AmountRefusal):
    slug = "amount_negative"


class AmountTooLarge(AmountRefusal):
    """Above ``limit``."""

    slug = "amount_too_large"
