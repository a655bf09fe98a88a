"""Which sessions this hub has with the broker: under which names, subscribed to what.

The names hold the hub's id, which is random and kept in the database: two hubs on one broker
have nothing in common, and nobody who only knows a host's name can take a session over or join
the shared subscription. The broker does not tell what a session is subscribed to, so that is
kept as well; what is no longer wanted is ended at the next connection.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.topics import SUBSCRIPTION
from ingest.settings import IngestSettings

QUERIES = load_queries("ingest", "sessions.sql")
#: What sessions were subscribed to before hubs had an id.
EARLIER_FILTERS = (SUBSCRIPTION, f"$share/falaj-ingest/{SUBSCRIPTION}")


@dataclass(frozen=True, slots=True)
class Session:
    """One of a worker; without ``filters`` it takes nothing new, only what the broker still holds for it."""

    client_id: str
    filters: tuple[str, ...] = ()
    #: What it may be subscribed to from earlier.
    unwanted: tuple[str, ...] = ()


def client_id(hub_id: str, worker: str) -> str:
    return f"falaj-{hub_id}-{worker}"


def guard_id(hub_id: str) -> str:
    """The client id of the hub itself."""
    return f"falaj-{hub_id}"


def may_guard(connection: Connection) -> bool:
    """Whether this connection, until it ends, is the one that speaks for the hub."""
    row = connection.execute(QUERIES["may_guard"]).fetchone()
    connection.commit()
    return row is not None and bool(row[0])


def wanted_filters(hub_id: str, settings: IngestSettings) -> tuple[str, ...]:
    """Workers that share the work are of one group, which has the hub's id as its name."""
    if settings.is_shared:
        return tuple(f"$share/falaj-{hub_id}/{each}" for each in settings.topic_filters)
    return settings.topic_filters


def find_hub_id(connection: Connection) -> str:
    """Who this hub is; made at the first call."""
    with connection.transaction():
        connection.execute(QUERIES["make_identity"])
        row = connection.execute(QUERIES["hub_id"]).fetchone()
    assert row is not None, "it was just made"
    return str(row[0].hex)


def renew_hub_id(connection: Connection) -> None:
    """Become another hub, which has no sessions yet; the old ones stay with whoever else is that hub."""
    with connection.transaction():
        for name in ("renew_identity", "forget_sessions", "forget_earlier_sessions"):
            connection.execute(QUERIES[name])


def open_session(connection: Connection, settings: IngestSettings) -> Session:
    """The session of a worker that works."""
    hub_id = find_hub_id(connection)
    wanted = wanted_filters(hub_id, settings)
    with connection.transaction():
        row = connection.execute(
            QUERIES["open_session"], {"worker": settings.worker, "filters": list(wanted)}
        ).fetchone()
    assert row is not None, "it was just noted"
    return Session(client_id(hub_id, settings.worker), wanted, _without(row[0], wanted))


def retiring_session(connection: Connection, settings: IngestSettings) -> Session:
    """The session of a worker that is not wanted any more, whatever it is subscribed to."""
    hub_id = find_hub_id(connection)
    row = connection.execute(QUERIES["session_filters"], {"worker": settings.worker}).fetchone()
    connection.commit()
    shared = settings.model_copy(update={"is_shared": True})
    possible = (*settings.topic_filters, *wanted_filters(hub_id, shared), *(row[0] if row else ()))
    return Session(client_id(hub_id, settings.worker), (), _without(possible, ()))


def earlier_session(name: str) -> Session:
    """The session that a worker of this name had before hubs had an id."""
    return Session(name, (), EARLIER_FILTERS)


def report_session(
    connection: Connection, worker: str, session: Session, *, is_connected: bool, taken_over: int
) -> None:
    """Tell how a session fares; ``taken_over`` counts since the last report."""
    with connection.transaction():
        connection.execute(
            QUERIES["report_session"],
            {
                "worker": worker,
                "filters": list(session.filters),
                "is_connected": is_connected,
                "taken_over": taken_over,
            },
        )


def forget_session(connection: Connection, worker: str) -> None:
    with connection.transaction():
        connection.execute(QUERIES["forget_session"], {"worker": worker})


def find_now(connection: Connection) -> datetime:
    row = connection.execute(QUERIES["now"]).fetchone()
    connection.commit()
    assert row is not None, "a clock always answers"
    now: datetime = row[0]
    return now


def are_connected(connection: Connection, workers: Collection[str], since: datetime) -> bool:
    """Whether all of them have told so since that instant."""
    rows = connection.execute(
        QUERIES["connected_since"], {"workers": list(workers), "since": since}
    ).fetchall()
    connection.commit()
    return len(rows) == len(workers)


def find_earlier(connection: Connection) -> list[str]:
    rows = connection.execute(QUERIES["earlier_sessions"]).fetchall()
    connection.commit()
    return sorted(name for (name,) in rows)


def forget_earlier(connection: Connection, name: str) -> None:
    with connection.transaction():
        connection.execute(QUERIES["forget_earlier_session"], {"client_id": name})


def _without(filters: Collection[str], others: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(set(filters) - set(others)))
