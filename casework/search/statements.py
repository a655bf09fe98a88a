"""The statements of the search, for what keeps its index and for what asks it; those about things go over what a noun says is public."""

from __future__ import annotations

from typing import Final, LiteralString

from casework.search.model import Findable
from citycore.store.queries import load_queries

QUERIES: Final = load_queries("casework.search")


def statement(findable: Findable, name: LiteralString) -> LiteralString:
    """A statement of the search over what the noun says is public of a kind."""
    own = load_queries(findable.package, "search.sql")[findable.kind]
    return QUERIES[name].replace("findable_of_a_noun", f"\n{own}\n")
