"""Connections and pools with names, time-outs and one clear error when the database is away."""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool
from pydantic import SecretStr

from citycore.errors import StoreUnavailable
from citycore.settings import StoreSettings

Connection = psycopg.Connection[tuple[Any, ...]]
#: Everything speaks UTC. Where several processes share the chunks of a table and look for what the same statement computes, TimescaleDB
#: (2.19 and others) leaves out the whole table without a word: this way of sharing stays off. Without it, each process would read all of
#: a chunk that PostgreSQL means for one of them, and rows would be there twice: PostgreSQL's way of giving chunks out stays off, too.
OPTIONS: Final = (
    "-c timezone=UTC -c timescaledb.enable_parallel_chunk_append=off -c enable_parallel_append=off"
)


#: Of a connection that makes figures of the city: the registry shows it only sources that the hub's staff has accepted.
ACCEPTED_ONLY: Final = "-c falaj.sources=accepted"
#: Of a connection that answers questions for what is not accepted, too.
NOT_ACCEPTED_TOO: Final = "-c falaj.sources=all"


def describe_url(url: str) -> str:
    """Host, port and database of a URL, without its password."""
    parts = conninfo_to_dict(url)
    return f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


def full_url(url: SecretStr, settings: StoreSettings, application_name: str, sources: str = "") -> str:
    """The URL with the process's name, the connect time-out and the options that all of the hub's connections have.

    ``sources`` is :data:`ACCEPTED_ONLY`, :data:`NOT_ACCEPTED_TOO` or what is usual for the role.
    """
    return make_conninfo(
        url.get_secret_value(),
        application_name=application_name,
        connect_timeout=settings.connect_timeout_seconds,
        options=f"{OPTIONS} {sources}".strip(),
        # A server that vanished without a word is noticed within seconds, not after hours.
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        tcp_user_timeout=settings.dead_peer_seconds_max * 1000,
    )


def connect(
    url: SecretStr,
    settings: StoreSettings,
    application_name: str,
    *,
    autocommit: bool = False,
    sources: str = "",
) -> Connection:
    """One connection; :class:`StoreUnavailable` if the database does not answer."""
    try:
        return psycopg.connect(full_url(url, settings, application_name, sources), autocommit=autocommit)
    except psycopg.OperationalError as error:
        raise unavailable(url, error) from error


def open_pool(url: SecretStr, settings: StoreSettings, application_name: str) -> ConnectionPool[Connection]:
    """A pool that opens at once and fills itself when the database appears."""
    return ConnectionPool(
        full_url(url, settings, application_name),
        min_size=1,
        max_size=settings.pool_connections_max,
        timeout=settings.pool_wait_seconds_max,
        kwargs={"autocommit": False},
        open=True,
        check=ConnectionPool.check_connection,
    )


def unavailable(url: SecretStr, error: Exception) -> StoreUnavailable:
    """The error for people: where, and the first line of what the driver said."""
    reason = (str(error).strip().splitlines() or ["no answer"])[0]
    return StoreUnavailable(where=describe_url(url.get_secret_value()), reason=reason)
