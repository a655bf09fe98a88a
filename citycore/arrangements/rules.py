"""What may be kept as an arrangement, and how it is written. Pure.

The form is strict, and so are the parameters that are known. A page, a figure or a parameter of a later version is none
that anybody here knows: it is kept as it is, and shown by who does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from citycore.arrangements.model import Fault, Piece, Width
from citycore.arrangements.settings import ArrangementSettings
from citycore.normalisation import turns_letters
from citycore.topics import CODE

#: A figure is named by what it is of: up to three codes.
FIGURE = re.compile(r"[a-z0-9][a-z0-9_-]{0,190}")
#: Of an address, what is not of a piece but of who looks, or of the page around it.
NOT_OF_A_PIECE = frozenset({"lang", "wall", "only", "embed", "embed_options", "health"})
CODES = re.compile(rf"{CODE.pattern}(,{CODE.pattern})*")
#: Printable characters without spaces.
ANY_VALUE = re.compile(r"[!-~]+")
FIELDS = ("page", "figure", "parameters", "width", "title")


def fault_in(pieces: Sequence[Piece], limits: ArrangementSettings) -> Fault | None:
    """The first thing that cannot be kept."""
    return next(_faults(pieces, limits), None)


def document_of(pieces: Iterable[Piece]) -> list[dict[str, Any]]:
    """As JSON has it, and as it is read by :func:`pieces_of`."""
    return [
        {
            "page": one.page,
            "figure": one.figure,
            "parameters": dict(one.parameters),
            "width": one.width.value,
            "title": one.title,
        }
        for one in pieces
    ]


def pieces_of(document: object) -> tuple[Piece, ...]:
    """The pieces that a document has; ``ValueError`` if its form is another."""
    if not isinstance(document, list):
        raise ValueError("no list of pieces")  # noqa: TRY004  # the document is wrong, not the program
    return tuple(map(_piece, document))


def size_of(pieces: Iterable[Piece]) -> int:
    """In bytes."""
    return len(written(pieces))


def written(pieces: Iterable[Piece]) -> bytes:
    return json.dumps(document_of(pieces), ensure_ascii=False, separators=(",", ":")).encode()


def _piece(given: object) -> Piece:
    if not isinstance(given, Mapping) or set(given) - set(FIELDS):
        raise ValueError("a piece has other fields")
    parameters = given.get("parameters", {})
    if not isinstance(parameters, Mapping):
        raise ValueError("parameters are no object")  # noqa: TRY004  # likewise
    texts = [
        given.get("page"),
        given.get("figure"),
        given.get("title", ""),
        *parameters,
        *parameters.values(),
    ]
    if not all(isinstance(one, str) for one in texts):
        raise ValueError("what a piece says is text")
    width = Width(given.get("width", Width.FULL))
    page, figure, title, *_ = texts
    return Piece(str(page), str(figure), tuple(sorted(parameters.items())), width, str(title))


def _faults(pieces: Sequence[Piece], limits: ArrangementSettings) -> Iterator[Fault]:
    if len(pieces) > limits.pieces_max:
        yield Fault(0, "pieces", f"0–{limits.pieces_max}")
    for number, piece in enumerate(pieces, 1):
        yield from (Fault(number, field, limit) for field, limit in _wrong(piece, limits))
    if size_of(pieces) > limits.bytes_max:
        yield Fault(0, "bytes", f"0–{limits.bytes_max}")


def _wrong(piece: Piece, limits: ArrangementSettings) -> Iterator[tuple[str, str]]:
    if CODE.fullmatch(piece.page) is None:
        yield "page", CODE.pattern
    if FIGURE.fullmatch(piece.figure) is None:
        yield "figure", FIGURE.pattern
    if len(piece.parameters) > limits.parameters_max:
        yield "parameters", f"0–{limits.parameters_max}"
    for name, value in piece.parameters:
        if CODE.fullmatch(name) is None or name in NOT_OF_A_PIECE:
            yield "parameters", name[: limits.value_characters_max]
        elif len(value) > limits.value_characters_max or not _is_value(name, value):
            yield "parameters", f"{name}={value[: limits.value_characters_max]}"
    if len(piece.title) > limits.title_characters_max or turns_letters(piece.title):
        yield "title", f"0–{limits.title_characters_max}"


def _is_value(name: str, value: str) -> bool:
    if name in {"from", "to"}:
        return _is_date(value)
    return VALUES.get(name, ANY_VALUE).fullmatch(value) is not None


#: Parameters that all pages know, and the form of what each says.
VALUES = {
    "place": CODE,
    "property": CODE,
    "thing": CODE,
    "compare": CODE,
    "places": CODES,
    "days": re.compile(r"[1-9][0-9]{0,3}"),
}


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
