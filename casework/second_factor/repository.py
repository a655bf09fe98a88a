"""The statements about factors. It never commits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.access.shown import Shown
from casework.second_factor.keys import Sealed
from casework.second_factor.model import Duties, Factors, Offer, Passkey, TotpSecret, Visit
from citycore.store.connections import Connection
from citycore.store.kinds import json_of, values_of
from citycore.store.queries import load_queries
from citycore.store.rows import execute_each, only_row, row_of, rows_of

QUERIES = load_queries("casework.second_factor")


def find_duties(connection: Connection, person_id: UUID) -> Duties:
    return only_row(connection, Duties, QUERIES["duties"], {"person_id": person_id})


def has_factor(connection: Connection, person_id: UUID) -> bool:
    return only_row(connection, bool, QUERIES["has_factor"], {"person_id": person_id})


def store_visit(
    connection: Connection, digest: bytes, person_id: UUID, shown: Shown, expires_at: datetime
) -> None:
    parameters = {
        "digest": digest,
        "person_id": person_id,
        "shown": Jsonb(json_of(shown)),
        "expires_at": expires_at,
    }
    connection.execute(QUERIES["store_visit"], parameters)


def find_visit(connection: Connection, digest: bytes, at: datetime) -> Visit | None:
    return row_of(connection, Visit, QUERIES["visit"], {"digest": digest, "at": at})


def hold_visit(connection: Connection, digest: bytes, at: datetime) -> Visit | None:
    return row_of(connection, Visit, QUERIES["hold_visit"], {"digest": digest, "at": at})


def end_visit(connection: Connection, digest: bytes) -> None:
    connection.execute(QUERIES["end_visit"], {"digest": digest})


def set_challenge(connection: Connection, digest: bytes, challenge: bytes, at: datetime) -> None:
    connection.execute(QUERIES["challenge"], {"digest": digest, "challenge": challenge, "at": at})


def take_challenge(connection: Connection, digest: bytes, at: datetime) -> bytes | None:
    return row_of(connection, bytes, QUERIES["take_challenge"], {"digest": digest, "at": at})


def find_totp(connection: Connection, person_id: UUID, *, is_confirmed: bool) -> TotpSecret | None:
    parameters = {"person_id": person_id, "is_confirmed": is_confirmed}
    return row_of(connection, TotpSecret, QUERIES["totp"], parameters)


def begin_totp(
    connection: Connection, totp_id: UUID, person_id: UUID, sealed: Sealed, begun_at: datetime
) -> None:
    drop_totp(connection, person_id, is_confirmed=False)
    parameters = {"totp_id": totp_id, "person_id": person_id, "begun_at": begun_at}
    connection.execute(QUERIES["begin_totp"], parameters | sealed._asdict())


def keys_in_use(connection: Connection) -> dict[str | None, int]:
    return dict(connection.execute(QUERIES["keys_in_use"]).fetchall())


def confirm_totp(connection: Connection, secret: TotpSecret, at: datetime) -> None:
    """Instead of the one before."""
    drop_totp(connection, secret.person_id, is_confirmed=True)
    connection.execute(QUERIES["confirm_totp"], {"totp_id": secret.totp_id, "at": at})


def drop_totp(connection: Connection, person_id: UUID, *, is_confirmed: bool) -> bool:
    parameters = {"person_id": person_id, "is_confirmed": is_confirmed}
    return connection.execute(QUERIES["drop_totp"], parameters).rowcount > 0


def use_step(connection: Connection, totp_id: UUID, step: int) -> bool:
    """Whether it was not used before."""
    return connection.execute(QUERIES["use_step"], {"totp_id": totp_id, "step": step}).rowcount > 0


def find_passkeys(connection: Connection, person_id: UUID) -> tuple[Passkey, ...]:
    return tuple(rows_of(connection, Passkey, QUERIES["passkeys"], {"person_id": person_id}))


def store_passkey(connection: Connection, person_id: UUID, passkey: Passkey) -> bool:
    """Whether it was nobody's before."""
    parameters = values_of(passkey) | {"person_id": person_id}
    return connection.execute(QUERIES["store_passkey"], parameters).rowcount > 0


def use_passkey(connection: Connection, passkey_id: UUID, signed_count: int, at: datetime) -> None:
    parameters = {"passkey_id": passkey_id, "signed_count": signed_count, "at": at}
    connection.execute(QUERIES["use_passkey"], parameters)


def drop_passkey(connection: Connection, person_id: UUID, passkey_id: UUID) -> bool:
    parameters = {"person_id": person_id, "passkey_id": passkey_id}
    return connection.execute(QUERIES["drop_passkey"], parameters).rowcount > 0


def store_offer(connection: Connection, session_id: UUID, offer: Offer, expires_at: datetime) -> None:
    parameters = {"session_id": session_id, "expires_at": expires_at, **offer._asdict()}
    connection.execute(QUERIES["store_offer"], parameters)


def find_offer(connection: Connection, session_id: UUID, at: datetime) -> Offer | None:
    return row_of(connection, Offer, QUERIES["offer"], {"session_id": session_id, "at": at})


def take_offer(connection: Connection, session_id: UUID, at: datetime) -> Offer | None:
    return row_of(connection, Offer, QUERIES["take_offer"], {"session_id": session_id, "at": at})


def renew_recovery(connection: Connection, person_id: UUID, digests: Iterable[bytes], at: datetime) -> None:
    """These, and none of those before."""
    drop_recovery(connection, person_id)
    rows = [{"digest": digest, "person_id": person_id, "at": at} for digest in digests]
    execute_each(connection, QUERIES["store_recovery"], rows)


def use_recovery(connection: Connection, person_id: UUID, digest: bytes) -> bool:
    parameters = {"person_id": person_id, "digest": digest}
    return connection.execute(QUERIES["use_recovery"], parameters).rowcount > 0


def count_recovery(connection: Connection, person_id: UUID) -> int:
    return only_row(connection, int, QUERIES["count_recovery"], {"person_id": person_id})


def drop_recovery(connection: Connection, person_id: UUID) -> None:
    connection.execute(QUERIES["drop_recovery"], {"person_id": person_id})


def find_factors(connection: Connection, person_id: UUID) -> Factors:
    totp = find_totp(connection, person_id, is_confirmed=True)
    since = None if totp is None else totp.confirmed_at
    return Factors(since, find_passkeys(connection, person_id), count_recovery(connection, person_id))


def drop_all(connection: Connection, person_id: UUID) -> None:
    """Everything of a person, also what is being set up."""
    for name in ("erase_visits", "erase_totp", "erase_passkeys", "drop_recovery"):
        connection.execute(QUERIES[name], {"person_id": person_id})
