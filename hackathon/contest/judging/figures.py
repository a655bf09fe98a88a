"""Figures as people publish them: decimal, four places, halves away from zero."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Final

PLACES: Final = Decimal("0.0001")
#: Digits in between: enough that an order of adding never shows in four places.
WORKING_DIGITS: Final = 40


def to_places(value: Decimal) -> Decimal:
    """``value`` to four places; a zero has no sign."""
    return value.quantize(PLACES, ROUND_HALF_UP) + Decimal(0)


def decimal_of(value: Fraction) -> Decimal:
    """``value`` to four places, rounded once."""
    return to_places(working(value))


def working(value: Fraction) -> Decimal:
    """``value`` to working digits."""
    with localcontext() as context:
        context.prec = WORKING_DIGITS
        return Decimal(value.numerator) / value.denominator


def mean(values: Iterable[Decimal]) -> Decimal:
    """The mean of at least one value, to working digits, whatever their order."""
    fractions = [Fraction(value) for value in values]
    return working(sum(fractions, Fraction()) / len(fractions))


def deviation(values: Iterable[Decimal]) -> Decimal | None:
    """The sample standard deviation, to working digits; None of less than two values."""
    fractions = [Fraction(value) for value in values]
    count = len(fractions)
    if count < 2:
        return None
    squares = sum((value * value for value in fractions), Fraction())
    variance = (count * squares - sum(fractions, Fraction()) ** 2) / (count * (count - 1))
    with localcontext() as context:
        context.prec = WORKING_DIGITS
        return working(variance).sqrt()
