"""What do I want to see? The pieces in hand with what they show now, and the claims of them. Pure but for what loads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from citycore.arrangements.model import Piece
from citycore.errors import FalajError
from citycore.limits.model import Level
from dashboards import arranging, row
from dashboards import state as states
from dashboards.account import Account, signed_in
from dashboards.air import Air
from dashboards.answers import Claim, Counted, Field, Texts
from dashboards.arranging import TILE, Draft
from dashboards.choices import current_state
from dashboards.downloads import Figure
from dashboards.limits import Judged
from dashboards.overview.tiles import Tile
from dashboards.row import View
from dashboards.rules import Condition
from dashboards.settings import dashboard_settings
from dashboards.state import Refused, State
from dashboards.views import client
from dashboards.views.errors import SignInNeeded
from dashboards.views.makers import MAKERS, tile_of
from dashboards.views.settings import view_settings

LIMITS, SETTINGS = dashboard_settings(), view_settings()
#: The code of a shared link; a view of one's own is named by its identifier.
LINK = re.compile(r"[0-9a-f]{32}")
#: What is not saved, as :func:`arranging.coded` writes it.
CODED = re.compile(rf"[A-Za-z0-9_-]{{1,{SETTINGS.address_characters_max}}}")
OWN: states.Own = {"view": (), "pieces": CODED, "arrange": ("1",)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A piece with its figure or tile; without either ``reason`` is the key of a text that says why, or ``error`` does.

    ``view`` is what the piece asks of its own page; None where nobody can ask it.
    """

    piece: Piece
    view: View | None = None
    figure: Figure | None = None
    tile: Tile | Air | None = None
    reason: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    error: FalajError | None = None

    @property
    def level(self) -> Level | None:
        """Of a tile whose newest mean is judged."""
        if isinstance(self.tile, Air):
            return self.tile.level
        judged = None if self.tile is None else self.tile.judged
        return judged.level if isinstance(judged, Judged) else None


@dataclass(frozen=True, slots=True)
class Shown:
    """``own`` are the views of who is signed in; ``trouble`` is why the one that was asked for, or those, are not there."""

    draft: Draft
    outcomes: Sequence[Outcome]
    account: Account | None = None
    own: Sequence[client.Listed] = ()
    trouble: FalajError | None = None


def load(view: View) -> Shown:
    account, trouble = signed_in(), None
    draft, own = Draft(), []
    try:
        own = [] if account is None else client.own(account)
        draft = resolved(view.state, account)
        keep(draft)
    except FalajError as error:
        trouble = error
    return Shown(draft, outcomes_of(draft.pieces, view), account, own, trouble)


def resolved(state: State, account: Account | None) -> Draft:
    """What the address asks for, or what is in hand where it asks for nothing else."""
    view, code = state.chosen("view"), state.chosen("pieces")
    hand = arranging.in_hand(st.session_state)
    is_in_hand = view in {"", hand.address} and code in {"", _coded(hand)}
    # What somebody else shares is looked at anew: they may have changed it.
    if is_in_hand and (hand.view or hand.is_changed or not hand.link):
        return hand
    draft = _opened(view, account) if view else Draft()
    if not code:
        return draft
    try:
        return replace(draft, pieces=arranging.decoded(code))
    except ValueError:
        states.refuse([Refused("pieces", f"{code[:16]}…")], st.session_state)
        return draft


def _opened(view: str, account: Account | None) -> Draft:
    if LINK.fullmatch(view):
        return client.shared(view)
    if account is None:
        raise SignInNeeded
    return client.opened(account, view)


def keep(draft: Draft) -> None:
    """In hand, and in the address: by its name in the hub, and beside it what is not saved there."""
    arranging.hold(draft, st.session_state)
    state = states.changed(current_state(), "view", draft.address)
    state = states.changed(state, "pieces", _coded(draft) if draft.is_changed else "")
    states.remember(state, st.query_params, st.session_state)


def _coded(draft: Draft) -> str:
    """Empty where an address could not hold it."""
    code = arranging.coded(draft.pieces)
    return code if len(code) <= SETTINGS.address_characters_max else ""


def outcomes_of(pieces: Sequence[Piece], view: View) -> list[Outcome]:
    """What each shows now. What several ask alike is asked once; what one cannot show keeps no other from it."""
    loaded: dict[tuple[str, State], Any] = {}
    return [_outcome(one, view, loaded) for one in pieces[: arranging.LIMITS.pieces_max]]


def _outcome(piece: Piece, around: View, loaded: dict[tuple[str, State], Any]) -> Outcome:
    if not arranging.is_known(piece):
        return Outcome(piece, reason="views.unknown")
    maker, city = MAKERS[piece.page], around.city
    asked = states.read(dict(piece.parameters), State(language=around.words.language), maker.own)
    codes = ({one.code for one in rows} for rows in (city.places, city.properties, city.things))
    checked = states.checked(asked.state, *codes)
    if refused := (*asked.refused, *checked.refused):
        said = ", ".join(f"{one.parameter}={one.value}" for one in refused)
        return Outcome(piece, reason="views.not_known", fields=(("codes", said),))
    view = None
    try:
        view = row.view_of(checked.state, around.words, around.now, city, maker.offer)
        key = (piece.page, checked.state)
        if key not in loaded:
            loaded[key] = maker.load(view)
        return _made(piece, loaded[key], view)
    except FalajError as error:
        return Outcome(piece, view, error=error)


def _made(piece: Piece, data: Any, view: View) -> Outcome:
    if piece.figure.startswith(TILE):
        tile = tile_of(data, piece.figure.removeprefix(TILE), view)
        return Outcome(piece, view, tile=tile, reason="" if tile else "views.nothing")
    made = MAKERS[piece.page].figures(data, view)
    figure = next((one for one in made if one.code == piece.figure), None)
    return Outcome(piece, view, figure=figure, reason="" if figure else "views.nothing")


def claims_of(data: Shown, _view: View) -> list[Claim]:
    """How many pieces there are, what the tiles say, and how many pieces show nothing."""
    if not data.outcomes:
        return [Claim("views.empty")]
    claims = [Claim("views.holds", {"pieces": Counted("views.pieces", len(data.outcomes))})]
    claims += _levels(data.outcomes)
    stale = sum(
        one.tile.condition is not Condition.FRESH for one in data.outcomes if isinstance(one.tile, Tile)
    )
    if stale:
        claims.append(Claim("views.stale", {"tiles": Counted("views.stale_tiles", stale)}))
    if broken := sum(one.figure is None and one.tile is None for one in data.outcomes):
        claims.append(Claim("views.broken", {"pieces": Counted("views.broken_pieces", broken)}))
    return claims


def _levels(outcomes: Sequence[Outcome]) -> list[Claim]:
    """The tiles above their best level, the worst first; or that none of those that have a level is."""
    judged = [(one.level, one) for one in outcomes if one.level is not None]
    above = sorted((pair for pair in judged if pair[0].rank > 0), key=lambda pair: -pair[0].rank)
    if judged and not above:
        return [Claim("views.all_best")]
    claims = [_level(level, one) for level, one in above[: LIMITS.named_max]]
    if more := len(above) - len(claims):
        claims.append(Claim("views.more", {"tiles": Counted("views.more_tiles", more)}))
    return claims


def _level(level: Level, one: Outcome) -> Claim:
    place = None if one.view is None else one.view.city.place(one.view.state.place)
    fields: dict[str, Field] = {
        "name": one.tile.name if isinstance(one.tile, Tile) else "air_quality.name",
        "place": "views.all_of_city" if place is None else place.name,
        "level": Texts(level.name),
    }
    return Claim("views.level", fields)
