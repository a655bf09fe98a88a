"""Money as a value: a whole number of the smallest unit of a currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

#: ISO 4217 codes and how many decimals the currency has.
DECIMALS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "OMR": 3,
        "AED": 2,
        "BHD": 3,
        "EUR": 2,
        "GBP": 2,
        "INR": 2,
        "JPY": 0,
        "KWD": 3,
        "QAR": 2,
        "SAR": 2,
        "USD": 2,
    }
)
CURRENCIES: Final = tuple(DECIMALS)
#: What one amount is at most: a thousand of them still fit into a bigint.
MINOR_MAX: Final = 10**15


@dataclass(frozen=True, slots=True)
class Money:
    """``minor`` units of ``currency``: ``Money(1_250_500, "OMR")`` is 1,250.500 rials.

    Amounts of two currencies cannot be added or compared; ``ValueError``.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in DECIMALS:
            raise ValueError(f"unknown currency {self.currency}")
        if type(self.minor) is not int:
            raise TypeError("minor units are whole numbers")

    @property
    def decimals(self) -> int:
        return DECIMALS[self.currency]

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._alike(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._alike(other), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._alike(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._alike(other)

    def _alike(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{other.currency} beside {self.currency}")
        return other.minor
