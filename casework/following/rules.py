"""What may be kept, and how news are told. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from casework.following.errors import SearchWithoutWords, UnknownSearch
from casework.following.model import PACKAGE, Kind, News, Search, Wanted
from casework.following.settings import SearchSettings
from casework.outbox.words import told_name
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from citycore.language import Language, catalogue
from citycore.normalisation import turns_letters

FIELDS = Fields(PACKAGE)


def tidy(words: str, filters: Mapping[str, str]) -> Wanted:
    """Without spaces around, and without filters that say nothing."""
    return Wanted(" ".join(words.split()), {name: code for name, code in sorted(filters.items()) if code})


def why_wrong(kind: Kind, wanted: Wanted, name: str, settings: SearchSettings) -> Refusal | None:
    """What stands against keeping this."""
    unfit = FIELDS.wrong_text("name", name, settings.name_characters_max)
    if unfit is not None:
        return unfit
    if len(wanted.words) > settings.words_characters_max or turns_letters(wanted.words):
        return FIELDS.wrong("words", f"0–{settings.words_characters_max}")
    if not wanted.words and not wanted.filters:
        return SearchWithoutWords()
    if not is_known(kind, wanted):
        return UnknownSearch()
    return None


def is_known(kind: Kind, wanted: Wanted) -> bool:
    """Whether a list still offers what was wanted of it."""
    if set(wanted.filters) - kind.filters:
        return False
    try:
        kind.check(wanted)
    except ValueError:
        return False
    return True


def path_of(kind: Kind, wanted: Wanted) -> str:
    """The page of the list with what is wanted."""
    words = {"q": wanted.words} if wanted.words else {}
    return f"{kind.path}?{urlencode({**words, **wanted.filters})}"


def news_text(news: Sequence[News], language: Language, portal_url: str) -> str:
    """What is new, search by search, each with its address on a line of its own.

    No title stands alone on its line: none can pass for a link. A line is empty at the end, so that what
    closes the field in a mail does not stand beside an address.
    """
    texts = catalogue(PACKAGE)
    lines: list[str] = []
    for one in news:
        lines += [_heading(one.search, language)]
        for found in one.found:
            lines += [f"– {told_name(found.titles.shown(language))}", f"{portal_url}{found.path}"]
        if one.has_more:
            lines += [texts.text("and_more", language)]
        lines += [""]
    return "\n".join(lines)


def _heading(search: Search, language: Language) -> str:
    return catalogue(PACKAGE).text("heading", language, name=told_name(search.name))
