"""Addresses, names, passwords and tokens: pure decisions."""

from __future__ import annotations

import re
import unicodedata
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from hypothesis import given
from hypothesis import strategies as st

from casework.people import passwords
from casework.people.addresses import is_public_mail, network_of, parse_address, parse_domain
from casework.people.errors import InvalidAddress, InvalidName, PasswordRefused, PeopleError
from casework.people.model import Names
from casework.people.names import names_of, parse_names
from casework.people.passwords import Passwords, check_password, decoy_hash
from casework.people.settings import PasswordSettings, PeopleSettings
from casework.people.tokens import TOKEN_BYTES, TOKEN_CHARACTERS, new_token, token_digest
from citycore.language import LANGUAGES, catalogue

SETTINGS = PeopleSettings()
CHEAP = PasswordSettings(memory_kib=64, passes=1)
SALMA = parse_address("Salma.Harthy@Baladiya.example")
NAMES = Names("سلمى الحارثية", "Salma Al Harthy")


@pytest.mark.parametrize(
    ("text", "written", "key"),
    [
        (" Ali@Example.COM ", "Ali@example.com", "ali@example.com"),
        ("ali+x@münchen.example", "ali+x@münchen.example", "ali+x@münchen.example"),
        ("ali@xn--mnchen-3ya.example", "ali@münchen.example", "ali@münchen.example"),
        ("سلمى@مثال.example", "سلمى@مثال.example", "سلمى@مثال.example"),
    ],
)
def test_addresses_have_one_key(text: str, written: str, key: str) -> None:
    assert parse_address(text) == (written, key)


@pytest.mark.parametrize(
    "text",
    ["", "ali", "ali@", "@example.com", "ali@example", "a b@example.com", "ali@example.com\nBcc: x@example.com",
     "ali@[127.0.0.1]", "Ali <ali@example.com>", "ali@localhost", f"{'a' * 250}@example.com", "\ud800@example.com"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidAddress):
        parse_address(text)


def test_domains_are_those_of_addresses() -> None:
    assert parse_domain(" @Baladiya.Example ") == SALMA.domain == "baladiya.example"
    assert is_public_mail("gmail.com")
    assert is_public_mail("mail.Yahoo.com")
    assert not is_public_mail("baladiya.example")
    assert not is_public_mail("notgmail.com")


@pytest.mark.parametrize(
    ("address", "counted", "stored"),
    [
        ("203.0.113.7", "203.0.113.7/32", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.7/32", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("testclient", "", ""),
    ],
)
def test_a_visitor_is_a_network(address: str, counted: str, stored: str) -> None:
    assert network_of(address) == counted
    assert network_of(address, stored=True) == stored


def test_names_stay_as_they_are_spelled() -> None:
    assert parse_names("  سلمى   الحارثية ", None, 120) == Names("سلمى الحارثية", None)
    assert parse_names(None, "d'Almeida-O’Neil de la Cruz", 120).en == "d'Almeida-O’Neil de la Cruz"
    assert names_of("مُحمَّد", 120) == Names("مُحمَّد", None)
    assert names_of("Ng", 120) == Names(None, "Ng")
    assert NAMES.shown("ar") == "سلمى الحارثية"
    assert Names(None, "Ng").shown("ar") == "Ng"


@pytest.mark.parametrize(
    ("ar", "en", "reason"),
    [(None, " ", "missing"), (None, "x" * 121, "long"), (None, "123", "letters"),
     (None, "Ali\u202egnp.exe", "characters"), ("علي\x07", None, "characters"), ("\ud800", None, "characters")],
)  # fmt: skip
def test_names_that_could_not_be_shown_are_refused(ar: str | None, en: str | None, reason: str) -> None:
    with pytest.raises(InvalidName) as refused:
        parse_names(ar, en, 120)
    assert refused.value.details["reason"] == reason


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short-one-1", "short"),
        ("x" * 201, "long"),
        ("\ufdfa" * 60, "long"),
        ("ab" * 10, "repeating"),
        ("Password1234", "common"),
        ("كَلِمةُ المرور ١٢٣", "common"),
        ("Falaj-Muscat-2026", "common"),
        ("MuscatMuscat2026", "common"),
        ("F@l@j-Mu5c@t-2026", "common"),
        ("michael123456", "common"),
        ("qwerty1234567890", "common"),
        ("Password2025!", "common"),
        ("!!!---Welcome---2026", "common"),
        ("بوابة فلج ٢٠٢٦", "common"),
        ("salma.harthy@baladiya.example", "personal"),
        ("SalmaAlHarthy", "personal"),
        ("salma-harthy-2026", "personal"),
        ("سلمى الحارثية", "personal"),
        ("baladiya12345", "personal"),
    ],
)
def test_passwords_that_are_guessed_first_are_refused(password: str, reason: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        check_password(password, SALMA, NAMES, SETTINGS)
    assert refused.value.details["reason"] == reason
    assert password not in refused.value.text("en") + refused.value.text("ar")


@pytest.mark.parametrize("text", ["x" * 200_000, "\ufdfa" * 60_000])
def test_a_password_has_a_length_before_it_is_hashed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One letter that stands for eighteen makes no more of it than one that stands for itself."""
    seen: list[int] = []

    def measured(_form: str, part: str) -> str:
        seen.append(len(part))
        return unicodedata.normalize("NFKC", part)

    monkeypatch.setattr(passwords, "unicodedata", SimpleNamespace(normalize=measured))
    with pytest.raises(PasswordRefused) as refused:
        check_password(text, SALMA, NAMES, SETTINGS)
    assert refused.value.details["reason"] == "long"
    assert not Passwords(CHEAP).is_right(None, text, SETTINGS.password_characters_max)
    assert max(seen) <= 2 * SETTINGS.password_characters_max


@pytest.mark.parametrize(
    "password",
    [
        "four words no digits",
        "the falaj runs past the old fort",
        "سبع بقرات سمان",
        "salma and a long honest sentence",
        "🐪🐫🦪 in the desert",
    ],
)
def test_there_are_no_rules_of_composition(password: str) -> None:
    assert check_password(password, SALMA, NAMES, SETTINGS) == password


def test_a_password_is_the_same_from_every_keyboard() -> None:
    passwords = Passwords(CHEAP)
    stored = passwords.hash(check_password("Ｆｕｌｌ width ﬁne words", SALMA, NAMES, SETTINGS))
    assert stored.startswith("$argon2id$")
    assert passwords.is_right(stored, "Full width fine words", 200)
    assert not passwords.is_right(stored, "full width fine words", 200)
    assert not passwords.is_right(stored, "\ud800" * 300, 200)


def test_without_a_stored_password_nothing_is_right() -> None:
    passwords = Passwords(CHEAP)
    assert not passwords.is_right(None, "nobody has this password", 200)
    assert not passwords.is_right("$argon2id$broken", "x", 200)


def test_what_an_unknown_account_is_compared_with_costs_as_much_as_a_password() -> None:
    passwords, decoy = Passwords(CHEAP), decoy_hash(CHEAP)
    assert not passwords.is_outdated(decoy)
    assert len(decoy) == len(passwords.hash("x"))
    assert decoy != decoy_hash(CHEAP)
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(decoy, b"x")


def test_other_parameters_ask_for_a_new_hash() -> None:
    stored = Passwords(CHEAP).hash("x")
    assert not Passwords(CHEAP).is_outdated(stored)
    assert Passwords(PasswordSettings(memory_kib=128, passes=1)).is_outdated(stored)


@given(
    st.binary(min_size=TOKEN_BYTES, max_size=TOKEN_BYTES),
    st.binary(min_size=TOKEN_BYTES, max_size=TOKEN_BYTES),
)
def test_tokens_carry_all_their_bits(one: bytes, other: bytes) -> None:
    first, second = new_token(lambda _: one), new_token(lambda _: other)
    assert len(first) == TOKEN_CHARACTERS
    assert (token_digest(first) == token_digest(second)) == (one == other)
    assert one not in token_digest(first)


@given(st.text())
def test_whatever_is_typed_has_a_digest(text: str) -> None:
    assert len(token_digest(text)) == 32


@pytest.mark.parametrize("package", ["casework.people", "casework.organisations"])
def test_both_languages_fill_in_the_same(package: str) -> None:
    english, arabic = (
        {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in catalogue(package).texts[language].items()}
        for language in LANGUAGES
    )
    # An English plural may need a number where Arabic has words for it, and the other way round: none here.
    assert english == arabic
    assert any(english.values())


def test_every_error_has_its_text() -> None:
    details = {
        "minutes": 3, "characters": 12, "reason": None, "domain": "x", "place": "/x",
    }  # fmt: skip
    # The roots of families are never raised themselves.
    raised = [one for one in every_error(PeopleError) if has_text(one) or not one.__subclasses__()]
    assert len(raised) > 20
    for error in raised:
        reasons = [key for key in catalogue(error.package).texts["en"] if key.startswith(f"{error.slug}.")]
        for key in reasons or [""]:
            said = error(**{**details, "reason": key.rpartition(".")[2] or None})
            assert said.text("en") != said.text("ar")


def has_text(error: type[PeopleError]) -> bool:
    return f"error.{error.slug}" in catalogue(error.package).texts["en"]


def every_error(root: type[PeopleError]) -> list[type[PeopleError]]:
    return [root, *(one for child in root.__subclasses__() for one in every_error(child))]
