"""The arrangement in hand: what makes a figure again, what buttons make of it, and how an address carries it. Pure."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest

from citycore.arrangements.model import Piece, Width
from citycore.arrangements.rules import fault_in
from dashboards import arranging
from dashboards.arranging import LIMITS, Draft, Origin, coded, decoded, is_known, piece_of
from dashboards.language import ROOMS
from dashboards.period import Dates, dates_of
from dashboards.state import State
from dashboards.views.makers import MAKERS
from dashboards.views.model import CODED, OWN

A, B, C = (
    Piece("overview", f"tile-{code}", (("place", "seeb"),), Width.HALF) for code in ("pm2_5", "no2", "o3")
)
DATES = dates_of("2026-11-01", "2026-11-07")
STATE = State(
    language="ar",
    place="seeb",
    observed_property="no2",
    thing="air-1",
    days=28,
    health="silent",
    wall=True,
    only="latest-no2",
    own=(("marks", "alerts"),),
)


@pytest.mark.parametrize(
    ("page", "state", "figure", "pinned", "parameters"),
    [
        ("overview", STATE, "latest-no2", {}, {"place": "seeb", "property": "no2"}),
        ("overview", replace(STATE, observed_property=""), "latest-pm2_5", {"property": "pm2_5"},
         {"place": "seeb", "property": "pm2_5"}),
        ("overview", STATE, "tile-o3", {}, {"place": "seeb"}),
        ("alerts", STATE, "alerts-by-day", {}, {"place": "seeb", "days": "28"}),
        ("alerts", replace(STATE, dates=DATES), "alerts-by-day", {},
         {"place": "seeb", "from": "2026-11-01", "to": "2026-11-07"}),
        ("explore", STATE, "explore-no2", {"thing": "air-2"},
         {"place": "seeb", "property": "no2", "thing": "air-2", "days": "28", "marks": "alerts"}),
        ("sensors", STATE, "gaps-air-1", {"thing": "air-1"}, {"place": "seeb", "thing": "air-1"}),
        ("innovation", STATE, "governorates-needs", {"figure": "needs"}, {"figure": "needs"}),
    ],
)  # fmt: skip
def test_a_figure_is_made_again_by_what_made_it_and_nothing_of_who_looks(
    page, state, figure, pinned, parameters
):
    piece = piece_of(Origin(page, state, figure), pinned)
    assert dict(piece.parameters) == parameters
    assert is_known(piece)
    assert fault_in([piece], LIMITS) is None
    assert decoded(coded((piece,))) == (piece,)


def test_every_page_that_is_known_has_a_maker_with_its_own_parameters():
    assert set(MAKERS) == set(arranging.PAGES) < set(ROOMS)
    shared = {"place", "property", "thing", "days", "from", "to", "compare", "places"}
    for page, (names, _) in arranging.PAGES.items():
        assert set(names) - shared == set(MAKERS[page].own), page


@pytest.mark.parametrize(
    "piece",
    [
        Piece("noise", "tile-pm2_5"),
        Piece("overview", "gauge-pm2_5"),
        Piece("data", "datasets"),
        Piece("overview", "latest-pm2_5", (("zoom", "3"),)),
    ],
)
def test_what_a_later_version_has_is_not_known_here(piece):
    assert not is_known(piece)
    assert decoded(coded((piece,))) == (piece,), "and kept"


@pytest.mark.parametrize(
    ("made", "after"),
    [
        (lambda draft: draft.moved(0, 1), (B, A, C)),
        (lambda draft: draft.moved(2, -1), (A, C, B)),
        (lambda draft: draft.moved(0, -1), (A, B, C)),
        (lambda draft: draft.moved(2, 1), (A, B, C)),
        (lambda draft: draft.without(1), (A, C)),
        (lambda draft: draft.resized(1), (A, replace(B, width=Width.FULL), C)),
        (lambda draft: draft.resized(1).resized(1), (A, B, C)),
        (lambda draft: draft.titled(2, "  Ozone  at noon "), (A, B, replace(C, title="Ozone at noon"))),
        (
            lambda draft: draft.titled(2, "x" * 500),
            (A, B, replace(C, title="x" * LIMITS.title_characters_max)),
        ),
        (lambda draft: draft.with_piece(A), (A, B, C, A)),
    ],
)
def test_what_the_buttons_make_of_it(made, after):
    assert made(Draft((A, B, C))).pieces == after


@pytest.mark.parametrize(
    ("draft", "is_changed"),
    [
        (Draft(), False),
        (Draft((A,)), True),
        (Draft((A,), "Mine", "1", saved=(A,), saved_name="Mine"), False),
        (Draft((A, B), "Mine", "1", saved=(A,), saved_name="Mine"), True),
        (Draft((A,), "Other", "1", saved=(A,), saved_name="Mine"), True),
        (Draft((), "Mine", "1", saved=(A,), saved_name="Mine"), True),
    ],
)
def test_what_would_be_lost_is_known(draft, is_changed):
    assert draft.is_changed is is_changed


def packed(content: bytes) -> str:
    return urlsafe_b64encode(zlib.compress(content)).decode().rstrip("=")


@pytest.mark.parametrize(
    "code",
    [
        "x",
        "AAAA",
        coded((A,))[:-6],
        packed(b"[" * 100_000),
        packed(b"[]" + b" " * LIMITS.bytes_max),
        packed(b"{}"),
        packed(b'[{"page": "overview"}]'),
        packed(b'[{"page": "overview", "figure": "map", "parameters": {"lang": "ar"}}]'),
        packed(b"\xff"),
        coded((A,) * (LIMITS.pieces_max + 1)),
    ],
)
def test_an_address_that_says_nothing_of_ours_is_refused(code):
    with pytest.raises(ValueError, match=r"."):
        decoded(code)


def test_the_whole_of_a_view_fits_into_an_address():
    many = tuple(replace(A, title=f"هواء السيب {number}") for number in range(LIMITS.pieces_max))
    assert CODED.fullmatch(coded(many))
    assert OWN["pieces"] is CODED
    assert coded(()) == ""
    assert isinstance(DATES, Dates)
