"""The statements about rolls, tokens, kiosks and seats. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.admission.machine import HELD, SEAT
from casework.admission.model import Facts, Kiosk, NewRoll, Roll, Seat, Taker, Ticket, TokenCount
from casework.people.addresses import parse_address
from casework.workflow.model import Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of

QUERIES = load_queries("casework.admission")
_HELD = list(HELD)


class _Standing(NamedTuple):
    object_id: UUID
    scope: ScopeKind
    state: str
    version: int
    person_id: UUID | None
    free: int
    waiting: int
    is_first: bool
    has_offers_left: bool


def store_roll(connection: Connection, object_id: UUID, new: NewRoll, offers_max: int, at: datetime) -> None:
    values = {
        "object_id": object_id,
        "kind": new.kind,
        "scope": new.scope.kind,
        "title_ar": new.titles.ar,
        "title_en": new.titles.en,
        "admits": new.admits,
        "is_unlinked": new.is_unlinked,
        "seats": new.seats,
        "closes_at": new.closes_at,
        "ends_at": new.ends_at,
        "offers_max": offers_max,
        "at": at,
    }
    connection.execute(QUERIES["store_roll"], values)


def find_roll(connection: Connection, object_id: UUID) -> Roll | None:
    return row_of(connection, Roll, QUERIES["roll"], {"object_id": object_id})


def hold_roll(connection: Connection, object_id: UUID) -> Roll | None:
    return row_of(connection, Roll, QUERIES["hold_roll"], {"object_id": object_id})


def lock_roll(connection: Connection, object_id: UUID) -> None:
    connection.execute(QUERIES["lock_roll"], {"object_id": object_id})


def close_roll(connection: Connection, object_id: UUID, at: datetime) -> None:
    connection.execute(QUERIES["close_roll"], {"object_id": object_id, "at": at})


def set_closing(connection: Connection, object_id: UUID, at: datetime) -> None:
    connection.execute(QUERIES["set_closing"], {"object_id": object_id, "at": at})


def set_seats(connection: Connection, object_id: UUID, seats: int) -> None:
    connection.execute(QUERIES["set_seats"], {"object_id": object_id, "seats": seats})


def set_ends(connection: Connection, object_id: UUID, at: datetime) -> None:
    connection.execute(QUERIES["set_ends"], {"object_id": object_id, "at": at})
    connection.execute(QUERIES["move_ends"], {"roll": object_id, "at": at})


def store_tokens(
    connection: Connection, object_id: UUID, digests: Sequence[bytes], channel: str, key_id: str
) -> None:
    values = {"object_id": object_id, "digests": list(digests), "channel": channel, "key_id": key_id}
    connection.execute(QUERIES["store_tokens"], values)


def count_tokens(connection: Connection, object_id: UUID) -> list[TokenCount]:
    return rows_of(connection, TokenCount, QUERIES["count_tokens"], {"object_id": object_id})


def is_token_used(connection: Connection, object_id: UUID, digest: bytes) -> bool | None:
    """None of a token that there is not."""
    return row_of(connection, bool, QUERIES["is_token_used"], {"object_id": object_id, "digest": digest})


def use_token(connection: Connection, ticket: Ticket) -> str | None:
    """Its channel; None where it is none, or used."""
    return row_of(connection, str, QUERIES["use_token"], values_of(ticket))


def store_kiosk(connection: Connection, kiosk: Kiosk, digest: bytes, key_id: str) -> None:
    connection.execute(QUERIES["store_kiosk"], values_of(kiosk) | {"digest": digest, "key_id": key_id})


def count_keys(connection: Connection) -> dict[str | None, int]:
    """Of tokens and kiosks that can still be used, by the key that their digests were made under."""
    return dict(connection.execute(QUERIES["keys_in_use"]).fetchall())


def find_kiosks(connection: Connection, object_id: UUID) -> list[Kiosk]:
    return rows_of(connection, Kiosk, QUERIES["kiosks"], {"object_id": object_id})


def find_kiosk(connection: Connection, kiosk_id: UUID) -> Kiosk | None:
    return row_of(connection, Kiosk, QUERIES["kiosk"], {"kiosk_id": kiosk_id})


def lock_kiosk(connection: Connection, digest: bytes) -> Kiosk | None:
    return row_of(connection, Kiosk, QUERIES["lock_kiosk"], {"digest": digest})


def pair_kiosk(connection: Connection, kiosk_id: UUID) -> None:
    connection.execute(QUERIES["pair_kiosk"], {"kiosk_id": kiosk_id})


def revoke_kiosk(connection: Connection, object_id: UUID, kiosk_id: UUID) -> UUID | None:
    values = {"object_id": object_id, "kiosk_id": kiosk_id}
    return row_of(connection, UUID, QUERIES["revoke_kiosk"], values)


def store_seat(connection: Connection, object_id: UUID, seat_id: UUID, taker: Taker, at: datetime) -> bool:
    """Whether it was stored: whoever has one gets no second."""
    values = values_of(taker) | {
        "seat_id": seat_id,
        "object_id": object_id,
        "state": SEAT.initial.name,
        "at": at,
        "email_key": parse_address(taker.email).key if taker.email else None,
    }
    return connection.execute(QUERIES["store_seat"], values).rowcount == 1


def find_seat(connection: Connection, seat_id: UUID) -> Seat | None:
    return row_of(connection, Seat, QUERIES["seat"], {"seat_id": seat_id})


def find_seats(
    connection: Connection, object_id: UUID, states: Collection[str], skipped: int, rows: int
) -> list[Seat]:
    values = {"object_id": object_id, "states": list(states), "skipped": skipped, "rows": rows}
    return rows_of(connection, Seat, QUERIES["seats"], values)


def find_seat_of_person(connection: Connection, object_id: UUID, person_id: UUID) -> Seat | None:
    values = {"object_id": object_id, "person_id": person_id}
    return row_of(connection, Seat, QUERIES["seat_of_person"], values)


def find_seat_of_number(connection: Connection, object_id: UUID, number: str) -> Seat | None:
    return row_of(connection, Seat, QUERIES["seat_of_number"], {"object_id": object_id, "number": number})


def count_states(connection: Connection, object_id: UUID) -> dict[str, int]:
    return dict(connection.execute(QUERIES["count_states"], {"object_id": object_id}).fetchall())


def count_governorates(connection: Connection, object_id: UUID, state: str) -> dict[str | None, int]:
    values = {"object_id": object_id, "state": state}
    return dict(connection.execute(QUERIES["count_governorates"], values).fetchall())


def count_held(connection: Connection, object_id: UUID) -> int:
    return only_row(connection, int, QUERIES["count_held"], {"object_id": object_id, "held": _HELD})


def find_next(connection: Connection, object_id: UUID) -> UUID | None:
    """Who is to be offered a seat, if one is free."""
    return row_of(connection, UUID, QUERIES["first_waiting"], {"object_id": object_id, "held": _HELD})


def count_offer(connection: Connection, seat_id: UUID) -> None:
    connection.execute(QUERIES["offered"], {"seat_id": seat_id})


def forget_takers(connection: Connection, before: datetime, rows: int) -> int:
    return connection.execute(QUERIES["forget"], {"before": before, "rows": rows}).rowcount


def read(connection: Connection, object_id: UUID, _: Actor) -> Standing[Facts] | None:
    found = row_of(connection, _Standing, QUERIES["facts"], {"object_id": object_id, "held": _HELD})
    if found is None:
        return None
    scopes = {Scope(ScopeKind.CASE, object_id), Scope(found.scope, found.object_id)}
    if found.person_id is not None:
        scopes.add(Scope(ScopeKind.PERSON, found.person_id))
    facts = Facts(found.free, found.waiting, found.is_first, found.has_offers_left)
    chain = f"seats:{found.object_id}"
    return Standing(object_id, found.state, found.version, chain, frozenset(scopes), object_id, facts)
