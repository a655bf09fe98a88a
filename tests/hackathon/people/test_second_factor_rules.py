"""Codes, and what counts in a session: pure."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from casework.access.model import HUB, Actor, Grant, Role, Scope, ScopeKind
from casework.access.shown import FactorKind, Shown, Way
from casework.follow_up.keys import code_of_key
from casework.second_factor import recovery, totp
from casework.second_factor.keys import SecretKey
from casework.second_factor.model import Duties, Need
from casework.second_factor.rules import asked_of_provider, awake, is_fresh, need_of
from casework.second_factor.settings import ProviderProof, SecondFactorSettings

AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
#: RFC 6238, appendix B.
SECRET = b"12345678901234567890"
NOTHING = Duties(frozenset(), frozenset())


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str):
    step = totp.step_of(datetime.fromtimestamp(seconds, UTC))
    assert totp.code_at(SECRET, step, 8) == code
    assert totp.code_at(SECRET, step) == code[-6:]


@pytest.mark.parametrize(
    ("drift", "last", "is_taken"),
    [(-2, 0, False), (-1, 0, True), (0, 0, True), (1, 0, True), (2, 0, False), (-1, -1, False)],
)
def test_a_code_counts_one_step_around_and_never_again(drift: int, last: int, is_taken: bool):
    now = totp.step_of(AT)
    used = now + last if last else 0
    shown = totp.step_shown(SECRET, totp.code_at(SECRET, now + drift), AT, used)
    assert shown == (now + drift if is_taken else None)
    assert totp.step_shown(SECRET, totp.code_at(SECRET, now), AT, now) is None, "it was used"
    assert totp.step_shown(SECRET, "", AT, 0) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("123 456", "123456"),
        (" 123-456 ", "123456"),
        ("١٢٣٤٥٦", "123456"),
        ("۱۲۳۴۵۶", "123456"),
        ("12345", ""),
        ("1234567", ""),
        ("12345a", ""),
        ("", ""),
    ],
)
def test_a_code_is_read_in_digits_of_any_script(typed: str, read: str):
    assert totp.read_code(typed) == read


def test_an_application_is_told_the_secret():
    assert totp.words_of(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    url = totp.address_of(SECRET, "Falaj hub.example", "salma@baladiya.example")
    assert url.startswith("otpauth://totp/Falaj%20hub.example%3Asalma%40baladiya.example?secret=GEZDGNBV")
    assert url.endswith("&issuer=Falaj%20hub.example")


def test_a_secret_opens_for_its_person_and_row_alone():
    key, person, row = SecretKey.of(bytes(32)), uuid4(), uuid4()
    sealed, key_id = key.seal(SECRET, person, row, lambda count: bytes(range(count)))
    assert key_id == code_of_key(bytes(32))
    assert SECRET not in sealed
    assert key.open(sealed, person, row) == SECRET
    assert key.open(sealed, uuid4(), row) is None
    assert key.open(sealed, person, uuid4()) is None
    assert SecretKey.of(b"\1" * 32).open(sealed, person, row) is None
    assert SecretKey.of(b"\1" * 32, bytes(32)).open(sealed, person, row) == SECRET, (
        "the former key still opens"
    )


def test_a_recovery_code_carries_all_its_bits_and_is_read_however_it_is_typed():
    code = recovery.new_code(lambda count: bytes(range(100, 100 + count)))
    letters = code.replace("-", "")
    assert len(base64.b32decode(letters)) == recovery.CODE_BYTES >= 14
    digest = recovery.code_digest(code)
    assert digest == recovery.code_digest(f" {letters.lower()} ")
    assert recovery.code_digest("".join(letters).replace("O", "0").replace("I", "1")) == digest
    assert recovery.code_digest(code[:-1]) == bytes(32) == recovery.code_digest("")


def settings(**more: object) -> SecondFactorSettings:
    return SecondFactorSettings(**more)  # type: ignore[arg-type]


PASSWORD = Shown(Way.PASSWORD, AT)
CODE = Shown(Way.PASSWORD, AT, FactorKind.TOTP, AT)
PROVIDER = Shown(Way.IDENTITY, AT, None, None, "mfa-2", ("pwd", "mfa"), AT - timedelta(minutes=5))
PROOF = ProviderProof(acr=("mfa-2",), amr=frozenset({"mfa"}), minutes_max=10)
BY_ACR = {"provider_proofs": {"finance": PROOF}}
ONLY = {"by_provider_only": frozenset({"finance"})}


@pytest.mark.parametrize(
    ("duty", "shown", "more", "need"),
    [
        ("finance", PASSWORD, {}, Need("finance")),
        ("finance", CODE, {}, None),
        ("captain", PASSWORD, {}, None),
        ("finance", PASSWORD, {"duties": frozenset()}, None),
        ("captain", PASSWORD, {"duties": frozenset({"captain"})}, Need("captain")),
        # A sign-in service counts where it is said what it must have said.
        ("finance", PROVIDER, {}, Need("finance")),
        ("finance", PROVIDER, BY_ACR, None),
        ("administrator", PROVIDER, BY_ACR, Need("administrator")),
        ("administrator", PROVIDER, {"provider_proofs": {"*": PROOF}}, None),
        ("finance", PASSWORD, BY_ACR, Need("finance")),
        # By it alone: another way in does not help, and a factor of ours does not either.
        ("finance", CODE, ONLY, Need("finance", by_provider=True)),
        ("finance", PROVIDER, ONLY, Need("finance")),
        ("finance", PROVIDER, ONLY | {"duties": frozenset()}, None),
        ("finance", PROVIDER, ONLY | BY_ACR, None),
    ],
)
def test_what_a_duty_asks_for(duty: str, shown: Shown, more: dict[str, object], need: Need | None):
    assert need_of(duty, shown, settings(**more)) == need


@pytest.mark.parametrize(
    ("shown", "is_enough"),
    [
        (PROVIDER, True),
        (Shown(Way.PASSWORD, AT, None, None, "mfa-2", ("mfa",), AT), False),
        (Shown(Way.IDENTITY, AT, None, None, "mfa-1", ("mfa",), AT), False),
        (Shown(Way.IDENTITY, AT, None, None, None, ("mfa",), AT), False),
        (Shown(Way.IDENTITY, AT, None, None, "mfa-2", ("pwd",), AT), False),
        (Shown(Way.IDENTITY, AT, None, None, "mfa-2", ("mfa",), None), False),
        (Shown(Way.IDENTITY, AT, None, None, "mfa-2", ("mfa",), AT - timedelta(minutes=11)), False),
    ],
)
def test_what_a_sign_in_service_must_have_said(shown: Shown, is_enough: bool):
    assert (need_of("finance", shown, settings(**BY_ACR)) is None) == is_enough


def test_a_sign_in_service_is_asked_for_what_counts():
    assert asked_of_provider(settings()) == {}
    assert asked_of_provider(settings(**BY_ACR)) == {"acr_values": "mfa-2", "max_age": "600"}


AGENCY, OTHER_AGENCY, AWARDED, ASKED = (UUID(int=number) for number in range(1, 5))


def test_roles_sleep_and_the_others_stay():
    officer = Grant(Role.OFFICER, Scope(ScopeKind.ORGANISATION, AGENCY))
    other = Grant(Role.OFFICER, Scope(ScopeKind.ORGANISATION, OTHER_AGENCY))
    lead = Grant(Role.LEAD_APPLICANT, Scope(ScopeKind.APPLICATION, AWARDED))
    asking = Grant(Role.LEAD_APPLICANT, Scope(ScopeKind.APPLICATION, ASKED))
    actor = Actor(uuid4(), (Grant(Role.ADMINISTRATOR, HUB), officer, other, lead, asking))
    named = Duties(frozenset({AGENCY}), frozenset({AWARDED}))
    asleep = awake(actor, named, PASSWORD, settings(), AT)
    assert asleep.actor.grants == (other, asking)
    assert [one.duty for one in asleep.needs] == ["administrator", "opener", "recipient"]
    assert asleep.actor.shown == PASSWORD
    assert awake(actor, named, CODE, settings(), AT).actor.grants == actor.grants
    assert awake(actor, NOTHING, CODE, settings(), AT).needs == ()


def test_grace_is_told_and_ends():
    actor = Actor(uuid4(), (Grant(Role.FINANCE, HUB),))
    lenient = settings(grace_until=AT + timedelta(days=1))
    found = awake(actor, NOTHING, PASSWORD, lenient, AT)
    assert (found.actor.grants, found.needs) == (actor.grants, (Need("finance"),))
    assert awake(actor, NOTHING, PASSWORD, lenient, AT + timedelta(days=1)).actor.grants == ()


def test_what_was_shown_grows_old():
    limits = settings(fresh_minutes=15)
    assert is_fresh(CODE, limits, AT + timedelta(minutes=15))
    assert not is_fresh(CODE, limits, AT + timedelta(minutes=16))
    renewed = Shown(Way.PASSWORD, AT, FactorKind.TOTP, AT + timedelta(hours=1))
    assert is_fresh(renewed, limits, AT + timedelta(minutes=70))


@pytest.mark.parametrize(
    "wrong",
    [
        {"duties": {"emperor"}},
        {"by_provider_only": {"emperor"}},
        {"provider_proofs": {"emperor": {"acr": ["a"]}}},
        {"provider_proofs": {"finance": {}}},
        {"provider_proofs": {"finance": {"minutes_max": 5}}},
        {"grace_until": datetime(2026, 12, 1)},  # noqa: DTZ001
        {"visit_minutes": 11},
    ],
)
def test_what_is_set_wrong_is_said(wrong: dict[str, object]):
    with pytest.raises(ValidationError):
        settings(**wrong)
