"""The links between what the nouns hold."""

from __future__ import annotations

from collections.abc import Collection

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.market.journeys.model import Kind, Link, Node

QUERIES = load_queries("hackathon.market.journeys")


def find_links(connection: Connection, nodes: Collection[Node], rows: int, *, is_back: bool) -> list[Link]:
    """Those that begin at one of these, or that end there."""
    parameters = {
        "kinds": [node.kind for node in nodes],
        "objects": [node.object_id for node in nodes],
        "rows": rows,
    }
    found = connection.execute(QUERIES["back" if is_back else "ahead"], parameters).fetchall()
    return [
        Link(Node(Kind(kind), object_id), Node(Kind(next_kind), next_id))
        for kind, object_id, next_kind, next_id in found
    ]
