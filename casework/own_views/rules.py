"""What may be kept as a view. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from casework.own_views.errors import TooManyPieces, ViewTooLarge, WrongPiece
from casework.own_views.model import PACKAGE
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from casework.workflow.wording import Label
from citycore.arrangements.model import Piece
from citycore.arrangements.rules import fault_in
from citycore.arrangements.settings import ArrangementSettings

FIELDS = Fields(PACKAGE)


def why_not(name: str, pieces: Sequence[Piece], limits: ArrangementSettings) -> Refusal | None:
    """The first thing that stands against keeping this."""
    unfit = FIELDS.wrong_text("name", name, limits.name_characters_max)
    if unfit is not None:
        return unfit
    fault = fault_in(pieces, limits)
    if fault is None:
        return None
    if fault.field == "pieces":
        return TooManyPieces(pieces_max=limits.pieces_max)
    if fault.field == "bytes":
        return ViewTooLarge(bytes_max=limits.bytes_max)
    return WrongPiece(number=fault.number, field=Label(PACKAGE, f"field.{fault.field}"), limit=fault.limit)
