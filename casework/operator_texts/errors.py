"""What stands against a text about the hub."""

from __future__ import annotations

from casework.operator_texts.model import PACKAGE
from casework.workflow.errors import Refusal
from citycore.errors import Kind


class OperatorTextPlaceholderUnknown(Refusal):
    """Nothing is filled in for ``placeholder``; ``field`` says in which language it stands."""

    package = PACKAGE
    kind = Kind.INVALID
