"""How a response is sealed: any two keys open it, one opens nothing, and nothing of it can be swapped."""

from __future__ import annotations

import random
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.sealing.errors import KeyUnreadable, SealBroken
from casework.sealing.keys import KeyPair, new_pair, pair_from, words_of
from casework.sealing.seal import Context, Sealed, padded, seal, unpadded, unseal, unseal_share
from hackathon.market.responses.model import Attached
from hackathon.market.responses.rules import pack

CONTEXT = Context(UUID(int=1), UUID(int=2))
SEEDS = st.integers(0, 2**32)


def openers(count: int, seed: int = 1) -> dict[UUID, KeyPair]:
    chance = random.Random(seed)
    return {UUID(int=100 + number): new_pair(chance.randbytes) for number in range(count)}


def sealed_for(pairs: dict[UUID, KeyPair], content: bytes = b"well", seed: int = 7) -> Sealed:
    keys = {opener: pair.public for opener, pair in pairs.items()}
    return seal(bytearray(content), CONTEXT, keys, random.Random(seed).randbytes)


def halves_of(sealed: Sealed, opener: UUID, pair: KeyPair) -> dict[UUID, bytes]:
    """By the partner with whom a half opens."""
    return {one.partner: unseal_share(one, CONTEXT, pair) for one in sealed.shares if one.opener == opener}


@given(st.binary(max_size=5_000), st.integers(2, 5), SEEDS)
def test_any_two_of_all_openers_open(content: bytes, count: int, seed: int):
    pairs = openers(count, seed)
    sealed = sealed_for(pairs, content, seed + 1)
    halves = {opener: halves_of(sealed, opener, pair) for opener, pair in pairs.items()}
    for first, second in combinations(pairs, 2):
        assert unseal(sealed.content, CONTEXT, halves[first][second], halves[second][first]) == content


@given(st.integers(2, 5), SEEDS)
def test_all_that_one_key_yields_opens_nothing(count: int, seed: int):
    """Every combination of what one opener can unseal, and of what lies in the database beside it."""
    pairs = openers(count, seed)
    sealed = sealed_for(pairs, seed=seed + 1)
    own, *others = pairs
    halves = halves_of(sealed, own, pairs[own])
    assert set(halves) == set(others)
    known = [*halves.values(), bytes(32), *(one.sealed[:32] for one in sealed.shares)]
    for first, second in combinations(known, 2):
        with pytest.raises(SealBroken):
            unseal(sealed.content, CONTEXT, first, second)
    for share in sealed.shares:
        if share.opener != own:
            with pytest.raises(SealBroken):
                unseal_share(share, CONTEXT, pairs[own])


def test_nothing_serves_in_another_place():
    pairs = openers(3)
    sealed = sealed_for(pairs)
    first, second, _ = pairs
    halves = halves_of(sealed, first, pairs[first])[second], halves_of(sealed, second, pairs[second])[first]
    assert unseal(sealed.content, CONTEXT, *halves) == b"well"
    for other in (Context(UUID(int=1), UUID(int=3)), Context(UUID(int=3), UUID(int=2))):
        with pytest.raises(SealBroken):
            unseal(sealed.content, other, *halves)
        with pytest.raises(SealBroken):
            unseal_share(sealed.shares[0], other, pairs[sealed.shares[0].opener])
    changed = bytes([sealed.content[0] ^ 1]) + sealed.content[1:]
    with pytest.raises(SealBroken):
        unseal(changed, CONTEXT, *halves)


def test_two_openers_are_the_least_and_five_the_most():
    for count in (0, 1, 6):
        with pytest.raises(ValueError, match="openers"):
            sealed_for(openers(count))


@given(st.binary(max_size=200_000))
def test_the_size_tells_little(content: bytes):
    whole = padded(content)
    assert unpadded(whole) == content
    assert len(whole) >= 1 << 16
    assert len(whole).bit_count() == 1
    assert len(padded(content[: len(content) // 2 + 1])) in {len(whole), len(whole) // 2, 1 << 16}


@pytest.mark.parametrize("wrong", [b"", bytes(7), b"\xff" * 70_000, bytes(65_535), bytes(131_072)])
def test_what_was_not_padded_is_not_taken(wrong: bytes):
    with pytest.raises(ValueError, match="padding"):
        unpadded(wrong)


@given(SEEDS)
def test_words_of_a_key_are_read_however_they_are_typed(seed: int):
    pair = new_pair(random.Random(seed).randbytes)
    words = words_of(pair)
    typed = f"  {words.lower().replace('-', ' ')}\n".replace("o", "0").replace("i", "1").replace("b", "8")
    assert pair_from(words) == pair_from(typed) == pair_from(f"\u2066{words}\u2069") == pair
    assert len(words.split("-")) == 15


@given(SEEDS, st.integers(0, 57), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_slip_is_noticed(seed: int, place: int, letter: str):
    letters = words_of(new_pair(random.Random(seed).randbytes)).replace("-", "")
    if letters[place] == letter:
        return
    with pytest.raises(KeyUnreadable):
        pair_from(letters[:place] + letter + letters[place + 1 :])


@pytest.mark.parametrize("words", ["", "hello", "A" * 57, "A" * 58, "A" * 59, "ÄÖÜ" * 20, "9" * 58])
def test_what_is_no_key_is_told_so(words: str):
    with pytest.raises(KeyUnreadable) as refused:
        pair_from(words)
    assert "15" in refused.value.text("en")
    assert "15" in refused.value.text("ar")


def test_a_private_key_stands_in_no_repr():
    pair = new_pair(random.Random(1).randbytes)
    assert str(list(pair.private)) not in repr(pair)
    assert repr(pair.private) not in repr(pair)


def test_what_was_sealed_is_wiped():
    content, keys = bytearray(b"what it costs"), {opener: pair.public for opener, pair in openers(2).items()}
    seal(content, CONTEXT, keys, random.Random(1).randbytes)
    assert content == bytes(13)
    packed = pack(b"document", (Attached("a.txt", "text/plain", b"plain"),))
    with pytest.raises(ValueError, match="32 bytes"):
        seal(packed, CONTEXT, dict.fromkeys(keys, b"no key"), random.Random(1).randbytes)
    assert not any(packed), "also where sealing fails"
