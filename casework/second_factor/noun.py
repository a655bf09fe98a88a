"""What goes through all nouns finds of second factors."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, deleted
from casework.second_factor.model import PACKAGE
from casework.second_factor.repository import QUERIES

HOLDER = Holder(
    QUERIES,
    {"second_factors": "export"},
    (
        deleted("factor_visits", "erase_visits"),
        deleted("totp_secrets", "erase_totp"),
        deleted("passkeys", "erase_passkeys"),
        deleted("recovery_codes", "drop_recovery"),
    ),
)
NOUN = Noun("second_factor", PACKAGE, holder=HOLDER)
