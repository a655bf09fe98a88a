"""What the index of the search is asked with: by those who keep it, and by those who look in it with the rights of open data."""

from __future__ import annotations

from typing import Final, LiteralString

from casework.search.model import Findable
from citycore.store.queries import load_queries

QUERIES: Final = load_queries("casework.search")


def statement(findable: Findable, name: LiteralString) -> LiteralString:
    """A statement of the search over what the noun says is public of a kind."""
    own = load_queries(findable.package, "noun.sql")[findable.kind]
    return QUERIES[name].replace("findable_of_a_noun", f"\n{own}\n")
