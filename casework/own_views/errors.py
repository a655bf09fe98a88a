"""What stands against keeping a view."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class ViewRefusal(Refusal):
    package = "casework.own_views"


class TooManyViews(ViewRefusal):
    """``views_max`` is how many somebody may have."""


class TooManyPieces(ViewRefusal):
    """``pieces_max`` is what a view may have."""

    kind = Kind.INVALID


class ViewTooLarge(ViewRefusal):
    """``bytes_max`` is what its pieces may have."""

    kind = Kind.TOO_LARGE


class WrongPiece(ViewRefusal):
    """``field`` of the piece of that ``number`` cannot be kept as it was sent; ``limit`` says what it may be."""

    kind = Kind.INVALID
