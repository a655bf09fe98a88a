"""What Streamlit has no element for: lines, badges, hints, banners, tables, as HTML in the language's direction."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

import streamlit as st

from citycore.errors import FalajError
from dashboards import scripts
from dashboards.client import ApiRefused
from dashboards.language import Words
from dashboards.palette import Palette, palette


def current_palette() -> Palette:
    return palette(dark=st.context.theme.type == "dark")


#: Of a page with one figure alone: whatever is not it, in it, or around it.
ALONE = (
    ".stMainBlockContainer .stVerticalBlock > *:not(:has(.{key})):not(.{key}):not(.{key} *){{display:none}}"
    "[data-testid=stHeader]{{display:none}}.stMainBlockContainer{{padding:.5rem}}"
)


def show_head(words: Words, *, wall: bool = False, only: str = "") -> None:
    """The style of all pages, and the document's own language and direction; ``only`` is the code of a figure, which stands alone."""
    sheets = [f":root{{--falaj-page:{current_palette().page}}}", _sheet("style.css")]
    if words.direction == "rtl":
        sheets.append(_sheet("rtl.css"))
    if wall:
        sheets.append(_sheet("wall.css"))
    if only:
        sheets.append(ALONE.format(key=f"st-key-figure-{only}"))
    st.html(f"<style>{''.join(sheets)}</style>")
    said = {"lang": words.language, "dir": words.direction}
    st.html(scripts.element(scripts.HEAD, said), unsafe_allow_javascript=True)


@cache
def _sheet(name: str) -> str:
    return (files("dashboards") / name).read_text("utf-8")


def spoken(tag: str, kind: str, body: str, words: Words) -> str:
    """An element in the language's own direction; ``body`` is HTML."""
    return f'<{tag} class="{kind}" dir="{words.direction}" lang="{words.language}">{body}</{tag}>'


def show_line(words: Words, parts: Sequence[str], badges: Sequence[str]) -> None:
    """One line of facts; ``badges`` are HTML from :func:`badge` or :func:`link`, ``parts`` plain text."""
    quiet = "".join(f'<span class="falaj-quiet">{escape(part)}</span>' for part in parts)
    st.html(spoken("div", "falaj-line", "".join(badges) + quiet, words))


def badge(text: str, help_text: str, *, plain: bool = False) -> str:
    kind = "falaj-badge falaj-badge-plain" if plain else "falaj-badge"
    return f'<span class="{kind}" title="{escape(help_text)}">{escape(text)}</span>'


def link(text: str, address: str) -> str:
    """A link that opens in the same window."""
    return f'<a href="{escape(address)}" target="_self">{escape(text)}</a>'


def show_paragraphs(words: Words, heading: str, lines: Sequence[str]) -> None:
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    st.html(spoken("div", "falaj-words", f"<h2>{escape(heading)}</h2>{body}", words))


def show_hint(words: Words, text: str) -> None:
    st.html(spoken("p", "falaj-hint", escape(text), words))


def show_below(words: Words, shown: str, hints: Sequence[str]) -> None:
    """Below a picture: what it shows, for whoever does not see it, and what is to be said of it."""
    hint = spoken("p", "falaj-hint", escape(" · ".join(hints)), words) if hints else ""
    st.html(spoken("p", "falaj-unseen", escape(shown), words) + hint)


def show_subheading(words: Words, text: str) -> None:
    st.html(spoken("h2", "falaj-subheading", escape(text), words))


def show_banner(words: Words, error: FalajError) -> None:
    """One line on what is wrong, one on what to do; the page around it still stands."""
    title = "banner.refused" if isinstance(error, ApiRefused) else "banner.unavailable"
    st.error(f"**{words(title)}** — {error.text(words.language)}\n\n{words('banner.stale_hint')}")
