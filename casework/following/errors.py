"""What stands against keeping a search."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class SearchRefusal(Refusal):
    package: ClassVar[str] = "casework.following"


class TooManySearches(SearchRefusal):
    slug = "too_many_searches"


class AlreadyKept(SearchRefusal):
    slug = "search_already_kept"


class NothingWanted(SearchRefusal):
    """It would find everything."""

    slug = "search_without_words"
    kind = Kind.INVALID


class UnknownSearch(SearchRefusal):
    """A list or a code that no page offers."""

    slug = "unknown_search"
    kind = Kind.INVALID


class StopLinkUnknown(SearchRefusal):
    slug = "stop_link_unknown"
    kind = Kind.NOT_FOUND
