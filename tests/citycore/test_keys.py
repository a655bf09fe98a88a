"""Administrators' keys: long, recognisable, and never what the hub keeps."""

from __future__ import annotations

import secrets

import pytest

from citycore.keys import DIGEST, KEY_BYTES, build_key, digest_of, is_known


def test_a_key_is_known_by_its_digest_alone() -> None:
    key, other = (build_key(secrets.token_bytes(KEY_BYTES)) for _ in range(2))
    assert DIGEST.fullmatch(digest_of(key))
    assert key not in digest_of(key)
    assert is_known(key, [digest_of(other), digest_of(key)])
    for wrong in (other, "", key[:-1], key + " ", digest_of(key), "\udcff"):
        assert not is_known(wrong, [digest_of(key)])
    assert not is_known(key, [])


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        build_key(b"short")
