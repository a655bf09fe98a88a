"""How what is found is shown: its title and the part of its text that fits, with the words in bold."""

from __future__ import annotations

from markupsafe import Markup, escape

from casework.search.rules import extract
from citycore.language import Language
from hub_api.programme.casework.search.finding import Hit

_BOLD = Markup("<strong>{}</strong>")


def title_of(hit: Hit, stems: frozenset[str], language: Language) -> Markup:
    return _marked(hit.title(language), stems)


def text_of(hit: Hit, stems: frozenset[str], language: Language) -> Markup:
    """The part that fits, in the language unless the thing says it in the other alone."""
    return _marked(hit.thing.texts.shown(language), stems)


def _marked(text: str, stems: frozenset[str]) -> Markup:
    return Markup(extract(text, stems, _BOLD.format, escape))  # noqa: S704 (each piece is escaped)
