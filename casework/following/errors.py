"""What stands against keeping a search."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal


class SearchRefusal(Refusal):
    package: ClassVar[str] = "casework.following"


class TooManySearches(SearchRefusal):
    slug = "too_many_searches"


class AlreadyKept(SearchRefusal):
    slug = "search_already_kept"


class NothingWanted(SearchRefusal):
    """It would find everything."""

    slug = "search_without_words"


class WrongSearchField(SearchRefusal):
    """``field`` is wrong: ``limit`` says what it may be."""

    slug = "wrong_search_field"


class UnknownSearch(SearchRefusal):
    """A list or a code that no page offers."""

    slug = "unknown_search"


class StopLinkUnknown(SearchRefusal):
    slug = "stop_link_unknown"
