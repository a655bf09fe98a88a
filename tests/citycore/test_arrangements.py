"""What may be kept as an arrangement: strict about what is known, and patient with what a later version adds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from citycore.arrangements.model import Fault, Piece, Width
from citycore.arrangements.rules import document_of, fault_in, pieces_of, size_of
from citycore.arrangements.settings import ArrangementSettings

LIMITS = ArrangementSettings(pieces_max=3, parameters_max=3, value_characters_max=40, title_characters_max=10)
TILE = Piece("overview", "tile-pm2_5", (("place", "seeb"),), Width.HALF)


def parameters(**given: str) -> Piece:
    return replace(TILE, parameters=tuple(sorted(given.items())))


@pytest.mark.parametrize(
    "piece",
    [
        TILE,
        replace(TILE, title="هواء السيب"),
        parameters(),
        parameters(place="seeb", property="pm2_5", thing="air-seeb-1"),
        parameters(days="28", places="seeb,bawshar"),
        parameters(**{"from": "2026-11-01", "to": "2026-11-30"}),
        parameters(compare="week"),
        # Of a later version: kept, whatever it means.
        replace(TILE, page="noise"),
        replace(TILE, figure="tile-of-tomorrow"),
        parameters(zoom="3.5"),
    ],
)
def test_what_is_kept_comes_back_as_it_was(piece: Piece) -> None:
    assert fault_in([piece], LIMITS) is None
    assert pieces_of(document_of([piece])) == (piece,)


@pytest.mark.parametrize(
    ("piece", "field"),
    [
        (replace(TILE, page="Over view"), "page"),
        (replace(TILE, page=""), "page"),
        (replace(TILE, figure="../secret"), "figure"),
        (replace(TILE, figure="a" * 192), "figure"),
        (replace(TILE, title="12345678901"), "title"),
        (replace(TILE, title="a\x00b"), "title"),
        (parameters(a="1", b="1", c="1", d="1"), "parameters"),
        (parameters(lang="ar"), "parameters"),
        (parameters(wall="1"), "parameters"),
        (parameters(place="All of Seeb"), "parameters"),
        (parameters(place=""), "parameters"),
        (parameters(days="0"), "parameters"),
        (parameters(days="tomorrow"), "parameters"),
        (parameters(**{"from": "2026-02-30"}), "parameters"),
        (parameters(**{"from": "20261101"}), "parameters"),
        (parameters(places="seeb,,bawshar"), "parameters"),
        (parameters(zoom="3 5"), "parameters"),
        (parameters(zoom="x" * 41), "parameters"),
    ],
)
def test_what_is_wrong_is_named_with_its_piece(piece: Piece, field: str) -> None:
    found = fault_in([TILE, piece], LIMITS)
    assert found is not None
    assert (found.number, found.field) == (2, field)


def test_how_much_is_kept() -> None:
    assert fault_in([TILE] * 3, LIMITS) is None
    assert fault_in([TILE] * 4, LIMITS) == Fault(0, "pieces", "0–3")
    tight = LIMITS.model_copy(update={"bytes_max": size_of([TILE])})
    assert fault_in([TILE], tight) is None
    assert fault_in([replace(TILE, title="ظ")], tight) == Fault(0, "bytes", f"0–{size_of([TILE])}")
    assert fault_in([], LIMITS) is None, "nothing yet"


@pytest.mark.parametrize(
    "document",
    [
        None,
        {},
        ["overview"],
        [{"page": "overview"}],
        [{"page": "overview", "figure": 3}],
        [{"page": "overview", "figure": "map", "width": "huge"}],
        [{"page": "overview", "figure": "map", "parameters": ["place"]}],
        [{"page": "overview", "figure": "map", "parameters": {"place": 7}}],
        [{"page": "overview", "figure": "map", "colour": "red"}],
    ],
)
def test_another_form_is_no_arrangement(document: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        pieces_of(document)
