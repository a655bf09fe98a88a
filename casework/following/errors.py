"""What stands against keeping a search."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class SearchRefusal(Refusal):
    package = "casework.following"


class TooManySearches(SearchRefusal):
    pass


class SearchAlreadyKept(SearchRefusal):
    pass


class SearchWithoutWords(SearchRefusal):
    """It would find everything."""

    kind = Kind.INVALID


class UnknownSearch(SearchRefusal):
    """A list or a code that no page offers."""

    kind = Kind.INVALID


class StopLinkUnknown(SearchRefusal):
    kind = Kind.NOT_FOUND
