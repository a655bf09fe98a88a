"""Money: whole minor units, read as people type it in either language, without a float anywhere."""

from __future__ import annotations

import ast
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import casework.money
from casework.money import errors
from casework.money.model import CURRENCIES, DECIMALS, MINOR_MAX, Money
from casework.money.rules import currency_name, parse_amount, plain, shown, total
from citycore.language import LANGUAGES, Language

amounts = st.builds(Money, st.integers(0, MINOR_MAX), st.sampled_from(CURRENCIES))
to_arabic = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")


@given(amounts, st.sampled_from(LANGUAGES))
def test_what_is_shown_can_be_typed(money: Money, language: Language):
    assert parse_amount(shown(money, language), money.currency) == money
    assert parse_amount(plain(money), money.currency) == money


@given(amounts)
def test_arabic_digits_and_separators_say_the_same(money: Money):
    written = shown(money, "en").removesuffix(money.currency)
    assert parse_amount(written.translate(to_arabic), money.currency) == money
    assert parse_amount(written.translate(to_arabic).replace("٬", " "), money.currency) == money


@given(amounts)
def test_plain_is_the_exact_decimal_number(money: Money):
    assert Decimal(plain(money)) == Decimal(money.minor) / 10 ** DECIMALS[money.currency]


@given(st.lists(st.integers(0, MINOR_MAX)))
def test_a_sum_loses_nothing(minors: list[int]):
    assert total((Money(one, "OMR") for one in minors), "OMR") == Money(sum(minors), "OMR")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1250.5", "OMR", 1_250_500),
        ("1,250.500", "OMR", 1_250_500),
        ("١٬٢٥٠٫٥", "OMR", 1_250_500),
        ("۱۲۵۰", "OMR", 1_250_000),
        ("1 250", "OMR", 1_250_000),
        ("1٬250", "OMR", 1_250_000),
        ("1,250,000", "OMR", 1_250_000_000),
        ("1,250", "USD", 125_000),
        ("1.250", "OMR", 1_250),
        ("OMR 12", "OMR", 12_000),
        ("12 omr", "OMR", 12_000),
        ("١٢ ر.ع.", "OMR", 12_000),
        ("5", "JPY", 5),
        ("0", "OMR", 0),
        *(
            (f"{before}{text}{after}", "OMR", 25_000_000)
            for text in (
                "25000",
                "25,000",
                "25 000",
                "25\u202f000",
                "25\u00a0000",
                "25\u2009000",
                "25'000",
                "25’000",
                "25٬000",
                "25،000",
                "٢٥٠٠٠",
                "٢٥٬٠٠٠",
                "٢٥،٠٠٠",
                "٢٥,٠٠٠",
                "٢٥ ٠٠٠",
                "۲۵٬۰۰۰",
                "۲۵٬۰۰۰٫۰",
                "25,000.000",
                "٢٥٬٠٠٠٫٠٠٠",
                "0025000",
            )
            for before, after in (("", ""), (" ", "\u200f"), ("", " OMR"), ("", " ر.ع."))
        ),
        ("1,234", "OMR", 1_234_000),
        ("1,250", "OMR", 1_250_000),
        ("١٬٢٣٤", "OMR", 1_234_000),
        ("١،٢٥٠", "OMR", 1_250_000),
        ("999,999", "KWD", 999_999_000),
        ("1,234.5", "OMR", 1_234_500),
        ("١٬٢٣٤٫٥", "OMR", 1_234_500),
        ("1234٫5", "OMR", 1_234_500),
        ("1 234 567.25", "USD", 123_456_725),
        ("25,000", "JPY", 25_000),
        ("٠٫٢٥٠", "OMR", 250),
    ],
)
def test_people_type_in_many_ways(text: str, currency: str, minor: int):
    assert parse_amount(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "error"),
    [
        ("", "OMR", errors.AmountUnreadable),
        ("OMR", "OMR", errors.AmountUnreadable),
        ("ten", "OMR", errors.AmountUnreadable),
        ("1e3", "OMR", errors.AmountUnreadable),
        ("1.2.3", "OMR", errors.AmountUnreadable),
        ("1.250,500", "OMR", errors.AmountUnreadable),
        ("12,50", "USD", errors.AmountUnreadable),
        ("1,250 000", "OMR", errors.AmountUnreadable),
        ("12 USD", "OMR", errors.AmountUnreadable),
        ("1²", "OMR", errors.AmountUnreadable),
        ("1" * 61, "OMR", errors.AmountUnreadable),
        ("0,250", "OMR", errors.AmountAmbiguous),
        ("٠،٢٥٠", "OMR", errors.AmountAmbiguous),
        ("0,250", "USD", errors.AmountUnreadable),
        ("012,345", "USD", errors.AmountUnreadable),
        ("1.234,5", "OMR", errors.AmountUnreadable),
        ("١.٢٣٤٫٥", "OMR", errors.AmountUnreadable),
        ("12,34", "OMR", errors.AmountUnreadable),
        ("1,2345", "OMR", errors.AmountUnreadable),
        ("1234,567", "OMR", errors.AmountUnreadable),
        ("1,00,000", "INR", errors.AmountUnreadable),
        ("1,234,56", "OMR", errors.AmountUnreadable),
        ("1,234 567", "OMR", errors.AmountUnreadable),
        ("25,,000", "OMR", errors.AmountUnreadable),
        (",250", "OMR", errors.AmountUnreadable),
        ("25,000.", "OMR", errors.AmountUnreadable),
        ("25,000.0000", "OMR", errors.AmountTooFine),
        ("1.2345", "OMR", errors.AmountTooFine),
        ("1.250", "USD", errors.AmountTooFine),
        ("1.5", "JPY", errors.AmountTooFine),
        ("-1", "OMR", errors.AmountNegative),
        ("−١", "OMR", errors.AmountNegative),
        ("(1)", "OMR", errors.AmountNegative),
        ("1000000000000.001", "OMR", errors.AmountTooLarge),
        ("1", "XXX", errors.CurrencyUnknown),
    ],
)
def test_what_could_be_misread_is_refused(text: str, currency: str, error: type[errors.AmountRefusal]):
    with pytest.raises(error) as caught:
        parse_amount(text, currency)
    for language in LANGUAGES:
        assert "{" not in caught.value.text(language)


def test_both_readings_of_a_comma_are_named():
    with pytest.raises(errors.AmountAmbiguous, match=r"0\.250 or 250\.000"):
        parse_amount("0,250", "OMR")


@given(st.text(), st.sampled_from(CURRENCIES))
def test_whatever_is_typed_is_an_amount_or_a_refusal(text: str, currency: str):
    try:
        read = parse_amount(text, currency)
    except errors.AmountRefusal:
        return
    assert 0 <= read.minor <= MINOR_MAX


def test_the_largest_amount_can_be_written():
    assert parse_amount("1,000,000,000,000.000", "OMR") == Money(MINOR_MAX, "OMR")


def test_arabic_keeps_its_order():
    assert shown(Money(1_250_500, "OMR"), "ar") == "\u20671,250.500\u00a0ر.ع.\u2069"
    assert shown(Money(-1, "OMR"), "en") == "-0.001\u00a0OMR"


def test_currencies_do_not_mix():
    with pytest.raises(ValueError, match="USD beside OMR"):
        Money(1, "OMR") + Money(1, "USD")
    with pytest.raises(ValueError, match="USD beside OMR"):
        assert Money(1, "OMR") < Money(1, "USD")
    with pytest.raises(TypeError):
        Money(1.0, "OMR")  # type: ignore[arg-type]  # what the test is about
    with pytest.raises(ValueError, match="unknown currency"):
        Money(1, "XXX")
    assert Money(1, "OMR") <= Money(1, "OMR")
    assert Money(3, "OMR") - Money(1, "OMR") == Money(2, "OMR")


def test_every_currency_has_a_name():
    assert all(currency_name(one, language) for one in CURRENCIES for language in LANGUAGES)


def test_no_float_in_the_room():
    for file in Path(casework.money.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), file
            assert not (isinstance(node, ast.Name) and node.id in {"float", "round"}), file
            assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)), file
