"""Amounts as people type and read them, in Arabic and English. Pure, and without a float."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from casework.money.errors import (
    AmountAmbiguous,
    AmountNegative,
    AmountTooFine,
    AmountTooLarge,
    AmountUnreadable,
    CurrencyUnknown,
)
from casework.money.model import CURRENCIES, DECIMALS, MINOR_MAX, Money
from citycore.language import LANGUAGES, Language, catalogue

#: An amount that is longer was not typed by anybody.
CHARACTERS_MAX: Final = 60
RIGHT_TO_LEFT_ISOLATE: Final = "\u2067"
POP_ISOLATE: Final = "\u2069"
NO_BREAK_SPACE: Final = "\u00a0"
#: The Arabic decimal separator, and the thousands separators that can be nothing else.
_SEPARATORS: Final = str.maketrans({"٫": ".", "٬": "'", "’": "'", "،": ",", "−": "-", "–": "-"})
#: Groups are of exactly three digits, all with the same mark, and nobody begins the first one with a zero.
_GROUPED: Final = re.compile(r"([1-9]\d{0,2}(?:(?P<mark>[,' ])\d{3})(?:(?P=mark)\d{3})*|\d+)(?:\.(\d+))?")
_EITHER: Final = re.compile(r"(0\d{0,2}),(\d{3})")


def parse_amount(text: str, currency: str) -> Money:
    """What somebody typed: digits of either script, with or without thousands, decimals and the currency.

    A comma before exactly three digits separates thousands, also of a currency with three decimals: pages show
    what was read in full. After a zero (``0,250``) it separates nothing of the kind; where that could be decimals,
    both readings are named and none is taken. Raises an :class:`AmountRefusal`.
    """
    if currency not in DECIMALS:
        raise CurrencyUnknown(known=", ".join(CURRENCIES))
    plain = _bare(text, currency)
    if plain.startswith("-") or plain.endswith("-") or (plain.startswith("(") and plain.endswith(")")):
        raise AmountNegative
    _refuse_ambiguous(plain, currency)
    found = _GROUPED.fullmatch(plain)
    if found is None:
        raise AmountUnreadable(example=_digits(Money(1_250 * 10 ** DECIMALS[currency], currency)))
    whole, fraction = re.sub(r"\D", "", found[1]), found[3] or ""
    return _amount(whole, fraction, currency)


def shown(money: Money, language: Language) -> str:
    """For people, such as "1,250.500 OMR"; in Arabic with its sign, in one piece that keeps its order."""
    sign = catalogue("casework.money").text(f"sign.{money.currency}", language)
    text = f"{_digits(money)}{NO_BREAK_SPACE}{sign}"
    return f"{RIGHT_TO_LEFT_ISOLATE}{text}{POP_ISOLATE}" if language == "ar" else text


def plain(money: Money) -> str:
    """For programs and fields of forms: a decimal number with all its decimals, such as ``1250.500``."""
    return _digits(money).replace(",", "")


def currency_name(currency: str, language: Language) -> str:
    """Such as "Omani rial"."""
    return catalogue("casework.money").text(f"name.{currency}", language)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; nothing of a currency if there are none. ``ValueError`` where currencies differ."""
    return sum(amounts, Money(0, currency))


def _bare(text: str, currency: str) -> str:
    """Without signs of the currency, marks of direction and needless spaces; digits and separators made alike."""
    if len(text) > CHARACTERS_MAX:
        raise AmountUnreadable(example=_digits(Money(1_250 * 10 ** DECIMALS[currency], currency)))
    kept = "".join(each for each in text if unicodedata.category(each) != "Cf")
    for sign in _signs(currency):
        kept = re.sub(f"^\\s*{re.escape(sign)}|{re.escape(sign)}\\s*$", "", kept, flags=re.IGNORECASE)
    digits = "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in kept)
    return " ".join(digits.translate(_SEPARATORS).split())


@cache
def _signs(currency: str) -> tuple[str, ...]:
    texts = catalogue("casework.money")
    return (currency, *(texts.text(f"sign.{currency}", language) for language in LANGUAGES))


def _refuse_ambiguous(plain: str, currency: str) -> None:
    found = _EITHER.fullmatch(plain)
    if found is not None and DECIMALS[currency] == len(found[2]):
        smaller = int(found[1] + found[2])
        raise AmountAmbiguous(
            smaller=_digits(Money(smaller, currency)),
            larger=_digits(Money(smaller * 10 ** DECIMALS[currency], currency)),
        )


def _amount(whole: str, fraction: str, currency: str) -> Money:
    decimals = DECIMALS[currency]
    if len(fraction) > decimals:
        raise AmountTooFine(currency=currency, decimals=decimals)
    minor = int(whole + fraction.ljust(decimals, "0"))
    if minor > MINOR_MAX:
        raise AmountTooLarge(limit=_digits(Money(MINOR_MAX, currency)))
    return Money(minor, currency)


def _digits(money: Money) -> str:
    whole, fraction = divmod(abs(money.minor), 10**money.decimals)
    sign = "-" if money.minor < 0 else ""
    return f"{sign}{whole:,}" + (f".{fraction:0{money.decimals}}" if money.decimals else "")
