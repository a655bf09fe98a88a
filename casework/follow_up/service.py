"""Giving a number and a code, and letting those in who bring them."""

from __future__ import annotations

from hmac import compare_digest
from typing import Final
from uuid import UUID

from casework.access.model import Role, ScopeKind
from casework.follow_up.errors import NothingFollowed, NumberMistyped
from casework.follow_up.keys import HubKey
from casework.follow_up.model import Followed, Issued
from casework.follow_up.rules import bare_of, code_digest, code_of, grouped, new_code, new_number, read_number
from casework.people.limits import follow_up_bounds
from casework.people.model import Visitor
from casework.people.throttle.service import count_attempt, take_back
from casework.programme import Programme, Session
from casework.workflow.errors import existing
from citycore.store.queries import load_queries

QUERIES = load_queries("casework.follow_up")
#: Of a million objects one number in a million is taken already.
_TRIES: Final = 5


def open_follow_up(session: Session, kind: str, object_id: UUID, once: UUID | None = None) -> Issued:
    """The number and the code of something that has just begun, by the kind of its passage; both are told now and the code never again.

    Whoever sends the end of a page again is told the same by :func:`issued_to`, if the mark of that page was given as ``once``.
    """
    hub_key, random = session.of(HubKey), session.programme.random
    key = hub_key.secret
    for _ in range(_TRIES):
        code = new_code(random) if once is None else code_of(key, once)
        issued = Issued(new_number(random), code)
        number = bare_of(issued.number)
        parameters = {
            "object_id": object_id,
            "kind": kind,
            "number": number,
            "code_digest": code_digest(key, number, issued.code),
            "key_id": hub_key.code,
            "opened_at": session.now(),
        }
        if session.connection.execute(QUERIES["open"], parameters).rowcount == 1:
            return issued
    raise RuntimeError("numbers run out")


def issued_to(session: Session, object_id: UUID, once: UUID) -> Issued:
    """What :func:`open_follow_up` gave for the page that has this mark, which is stored nowhere."""
    row = session.connection.execute(QUERIES["key_of"], {"object_id": object_id}).fetchone()
    key = session.of(HubKey).called(None if row is None else row[0])
    return Issued(existing(number_of(session, object_id)), code_of(key, once))


def number_of(session: Session, object_id: UUID) -> str | None:
    """As people were given it; None of what nobody can follow."""
    row = session.connection.execute(QUERIES["number"], {"object_id": object_id}).fetchone()
    return None if row is None else grouped(row[0])


def enter(programme: Programme, number: str, code: str, visitor: Visitor) -> Followed:
    """What is followed by whoever brings these; :class:`NumberMistyped`, :class:`NothingFollowed`, :class:`TooOften`.

    A service of the second kind: the try stays counted where it is refused, also of numbers that there are not.
    """
    bare = read_number(number)
    network, here, of_number = follow_up_bounds(programme, bare or "", visitor)
    count_attempt(programme, (network, here, of_number))
    if bare is None:
        raise NumberMistyped
    digests = [code_digest(key, bare, code) for key in programme.of(HubKey).secrets]
    with programme.connect() as connection:
        with connection.transaction():
            row = connection.execute(QUERIES["find"], {"number": bare}).fetchone()
        # As long as it takes for a number that there is.
        kind, object_id, stored = ("", None, bytes(32)) if row is None else row
        is_right = [compare_digest(digest, bytes(stored)) for digest in digests]
        if not any(is_right) or object_id is None:
            raise NothingFollowed
        with connection.transaction():
            for bound in (here, of_number):  # it was no guess
                take_back(connection, bound)
    return Followed(kind, object_id)


def keys_in_use(session: Session) -> dict[str | None, int]:
    """How many codes were made under which key; None for those from before keys had names."""
    return dict(session.connection.execute(QUERIES["keys_in_use"]).fetchall())


def followed_by(session: Session) -> UUID | None:
    """What the actor follows; None for everybody else."""
    grants = (one.scope for one in session.actor.grants if one.role is Role.FOLLOWER)
    return next((scope.object_id for scope in grants if scope.kind is ScopeKind.CASE), None)
