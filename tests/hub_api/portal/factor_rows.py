"""Pages of the second factor, for the rows of the access matrix."""

from __future__ import annotations

FORMS = {
    "POST /portal/account/sign-in/factor": {"kind": "code", "code": "123456"},
    "POST /portal/desk/people/{person_id}/second-factor/reset": {"version": "99"},
}


def rows(signed: frozenset[str], administrator: frozenset[str]) -> dict[str, frozenset[str]]:
    return {
        # Whoever has not just shown a first factor is told that too much time has passed.
        "GET /portal/account/sign-in/factor": frozenset(),
        "POST /portal/account/sign-in/factor": frozenset(),
        "GET /portal/account/second-factor": signed,
        "POST /portal/account/second-factor/again": signed,
        "POST /portal/account/second-factor/app": signed,
        "GET /portal/account/second-factor/app": signed,
        "POST /portal/account/second-factor/app/confirm": signed,
        "POST /portal/account/second-factor/app/remove": signed,
        "POST /portal/account/second-factor/codes": signed,
        "POST /portal/account/second-factor/passkeys": signed,
        "GET /portal/account/second-factor/passkey": signed,
        "POST /portal/account/second-factor/passkey/made": signed,
        # There is no such passkey; it is nobody's.
        "POST /portal/account/second-factor/passkeys/{passkey_id}/remove": frozenset(),
        "POST /portal/desk/people/{person_id}/second-factor/reset": administrator,
    }
