"""The links between what the nouns hold."""

from __future__ import annotations

from collections.abc import Collection

from casework.journeys.model import Link, Node
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of

QUERIES = load_queries("casework.journeys")


def find_links(connection: Connection, nodes: Collection[Node], rows: int, *, is_back: bool) -> list[Link]:
    """Those that begin at one of these, or that end there."""
    parameters = {
        "kinds": [node.kind for node in nodes],
        "objects": [node.object_id for node in nodes],
        "rows": rows,
    }
    return rows_of(connection, Link, QUERIES["back" if is_back else "ahead"], parameters)
