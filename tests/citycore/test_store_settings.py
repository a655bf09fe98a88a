"""No password leaves for a database on another machine before its certificate was verified."""

from __future__ import annotations

import pytest
from pydantic import SecretStr, ValidationError

from citycore.settings import StoreSettings, is_guarded


@pytest.mark.parametrize(
    ("url", "guarded"),
    [
        ("postgresql://u:p@127.0.0.1:5432/falaj", True),
        ("postgresql://u:p@[::1]:5432/falaj", True),
        ("postgresql://u:p@localhost/falaj", True),
        ("postgresql://u@/falaj?host=/run/postgresql", True),
        ("postgresql://u:p@db.example/falaj", False),
        ("postgresql://u:p@192.0.2.7:5432/falaj?sslmode=require", False),
        ("postgresql://u:p@192.0.2.7:5432/falaj?sslmode=prefer", False),
        ("postgresql://u:p@127.0.0.1,db.example/falaj", False),
        ("postgresql://u:p@127.0.0.1/falaj?hostaddr=192.0.2.7", False),
        ("postgresql://u:p@/falaj?host=db.example", False),
        ("postgresql://u:p@db.example/falaj?sslmode=verify-full", True),
        ("postgresql://u:p@db.example/falaj?sslmode=verify-ca&sslrootcert=/etc/ca.crt", True),
    ],
)
def test_which_databases_may_be_spoken_to(url: str, guarded: bool) -> None:
    assert is_guarded(url) is guarded


def test_a_bare_address_is_named_and_its_password_is_not() -> None:
    away = SecretStr("postgresql://falaj_read:geheim@db.example/falaj")
    with pytest.raises(
        ValidationError, match="FALAJ_STORE_READ_URL: the database is on another machine"
    ) as refused:
        StoreSettings(read_url=away)
    assert "geheim" not in str(refused.value)
    assert StoreSettings(read_url=away, trusts_network=True).read_url == away
