"""What was written, for whoever listens (the endpoint of MQTT): told in the transaction, and heard once it has committed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import orjson

from citycore.store.connections import Connection
from hub_api.standards.sensorthings.writing import repository

#: A notification of the database has less than 8,000 bytes.
_CHANGES_MAX: Final = 20
_NAMES_MAX: Final = 20


def tell(
    connection: Connection,
    entities: Iterable[tuple[str, int | str]],
    changed: Sequence[str] | None = None,
    *,
    has_moved: bool = False,
) -> None:
    """Entities by kind and id; ``changed`` are their properties, None of new ones. ``has_moved``: an observation that has a new id."""
    names = None if changed is None or len(changed) > _NAMES_MAX else sorted(changed)
    told = [(entity, str(key), names, has_moved) for entity, key in dict.fromkeys(entities)]
    for begin in range(0, len(told), _CHANGES_MAX):
        payload = orjson.dumps(told[begin : begin + _CHANGES_MAX]).decode()
        repository.execute(connection, "told", payload=payload)
