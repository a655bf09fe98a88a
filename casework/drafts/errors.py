"""What stands against keeping a draft."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class DraftRefusal(Refusal):
    package = "casework.drafts"


class DraftElsewhere(DraftRefusal):
    """Another window kept something else of the same form since; ``number`` is that of what is kept now."""


class DraftOver(DraftRefusal):
    """The form was sent, or its draft discarded, after this was typed; ``number`` goes on from there."""


class DraftTooLarge(DraftRefusal):
    """``bytes_max`` is what a draft may have."""

    kind = Kind.TOO_LARGE


class TooManyDrafts(DraftRefusal):
    """``drafts_max`` is how many somebody may have."""
