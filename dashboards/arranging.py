"""The arrangement that somebody has in hand: every page adds its figures to it, and the page of own views shows it.

Pure, but for what reads and writes the session.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from citycore.arrangements.model import Piece, Width
from citycore.arrangements.rules import fault_in, pieces_of, written
from citycore.arrangements.settings import ArrangementSettings
from dashboards.language import Words
from dashboards.pieces import show_hint
from dashboards.state import State, write

LIMITS = ArrangementSettings()
#: Under which a session keeps what is in hand.
HAND = "falaj_arrangement"
#: Under which it keeps what came of adding a figure, until that was said.
ADDED = "falaj_added"
TILE = "tile-"
DATES = ("days", "from", "to")
#: What of its address makes the figures of a page, and how the codes of its figures begin.
PAGES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "overview": (("place", "property"), (TILE, "latest-", "last-hours-")),
    "map": (("place", "property", "thing", "by", "hour"), ("map-",)),
    "explore": (
        ("place", "property", "thing", *DATES, "compare", "places", "of", "periods", "marks"),
        ("explore-", "weather-"),
    ),
    "forecast": (("place", "property", "thing", *DATES, "limits"), ("forecast-", "exceedance-", "said-")),
    "alerts": (("place", *DATES), ("alerts-by-day",)),
    "sensors": (("place", "thing"), ("gaps-",)),
    "buses": ((), ("buses-by-hour",)),
    "innovation": (("figure",), ("governorates-",)),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What is in hand. ``saved`` and ``saved_name`` are what the hub keeps; None while it keeps nothing of it.

    ``view`` identifies one's own in the hub, in its ``version``; ``link`` is the code by which others read it, or by which
    somebody else's was opened.
    """

    pieces: tuple[Piece, ...] = ()
    name: str = ""
    view: str = ""
    link: str = ""
    version: int = 0
    saved: tuple[Piece, ...] | None = None
    saved_name: str = ""

    @property
    def address(self) -> str:
        """How the page's address names it; empty for what is not saved."""
        return self.view or self.link

    @property
    def is_changed(self) -> bool:
        """Whether it would be lost."""
        if self.saved is None:
            return bool(self.pieces)
        return (self.pieces, self.name) != (self.saved, self.saved_name)

    @property
    def is_full(self) -> bool:
        return len(self.pieces) >= LIMITS.pieces_max

    def with_piece(self, piece: Piece) -> Draft:
        """With one more at its end."""
        return replace(self, pieces=(*self.pieces, piece))

    def moved(self, place: int, by: int) -> Draft:
        """With the piece of that place so many places on; at its ends it stays."""
        to = place + by
        if not (0 <= place < len(self.pieces) and 0 <= to < len(self.pieces)):
            return self
        rest = [*self.pieces[:place], *self.pieces[place + 1 :]]
        rest.insert(to, self.pieces[place])
        return replace(self, pieces=tuple(rest))

    def without(self, place: int) -> Draft:
        return replace(self, pieces=(*self.pieces[:place], *self.pieces[place + 1 :]))

    def resized(self, place: int) -> Draft:
        """Half of the page's width where it had all of it, and the other way round."""
        width = Width.HALF if self.pieces[place].width is Width.FULL else Width.FULL
        return self._with(place, replace(self.pieces[place], width=width))

    def titled(self, place: int, title: str) -> Draft:
        title = " ".join(title.split())[: LIMITS.title_characters_max]
        return self._with(place, replace(self.pieces[place], title=title))

    def _with(self, place: int, piece: Piece) -> Draft:
        return replace(self, pieces=(*self.pieces[:place], piece, *self.pieces[place + 1 :]))


@dataclass(frozen=True, slots=True)
class Origin:
    """The page on which a figure is made, in which state, and its code there."""

    page: str
    state: State
    figure: str


def piece_of(origin: Origin, pinned: Mapping[str, str]) -> Piece:
    """What makes the figure again, whatever its page opens on; ``pinned`` is what that was. Last days stay the last ones."""
    names, _ = PAGES[origin.page]
    asked = write(origin.state) | dict(pinned)
    if "days" in names and origin.state.dates is None:
        asked["days"] = str(origin.state.days)
    if origin.figure.startswith(TILE):
        asked.pop("property", None)
    kept = {name: asked[name] for name in names if asked.get(name)}
    width = Width.HALF if origin.figure.startswith(TILE) else Width.FULL
    return Piece(origin.page, origin.figure, tuple(sorted(kept.items())), width)


def is_known(piece: Piece) -> bool:
    """Whether this version of the dashboards has such a figure, made by such parameters."""
    names, figures = PAGES.get(piece.page, ((), ()))
    return piece.figure.startswith(figures) and {name for name, _ in piece.parameters} <= set(names)


def coded(pieces: tuple[Piece, ...]) -> str:
    """Pieces as one parameter of an address: letters, digits, ``-`` and ``_``; empty for none."""
    return urlsafe_b64encode(zlib.compress(written(pieces), 9)).rstrip(b"=").decode() if pieces else ""


def decoded(code: str) -> tuple[Piece, ...]:
    """The pieces that a parameter says; ``ValueError`` if it says none, or more than may be kept."""
    unpacking = zlib.decompressobj()
    try:
        packed = urlsafe_b64decode(code + "=" * (-len(code) % 4))
        document = unpacking.decompress(packed, LIMITS.bytes_max)
    except zlib.error as error:
        raise ValueError("nothing that was packed") from error
    if not unpacking.eof:
        raise ValueError("cut short, or longer than a view may be")
    pieces = pieces_of(json.loads(document))
    if fault_in(pieces, LIMITS) is not None:
        raise ValueError("pieces that cannot be kept")
    return pieces


def in_hand(session: Mapping[Any, Any]) -> Draft:
    found: Draft = session.get(HAND) or Draft()
    return found


def hold(draft: Draft, session: MutableMapping[Any, Any]) -> None:
    session[HAND] = draft


def offer_to_add(origin: Origin, pinned: Mapping[str, str], words: Words) -> None:
    """A button that adds a figure to what is in hand; none on a page whose figures no view can hold."""
    if origin.page in PAGES:
        st.button(
            words("add_to_view"),
            key=f"add-{origin.figure}-{words.language}",
            icon=":material/dashboard_customize:",
            on_click=add,
            args=(piece_of(origin, pinned), words),
        )
        figure, said = st.session_state.get(ADDED, ("", ""))
        if figure == origin.figure:
            del st.session_state[ADDED]
            show_hint(words, said)


def add(piece: Piece, words: Words) -> None:
    """What comes of it, or that no more fit, is said below the button."""
    draft = in_hand(st.session_state)
    if draft.is_full:
        said = words("view_is_full", pieces=LIMITS.pieces_max)
    else:
        draft = draft.with_piece(piece)
        hold(draft, st.session_state)
        said = words("added_to_view", page=words("nav.views"), n=len(draft.pieces))
    st.session_state[ADDED] = (piece.figure, said)
