"""What stands against a step of a session, or against writing in one."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class DialogueRefusal(Refusal):
    package = "participation.dialogue"


class DeciderUnknown(DialogueRefusal):
    """Who decides is no verified agency."""


class SessionWithoutPlace(DialogueRefusal):
    """Neither a place nor a link."""


class SessionWithoutAgenda(DialogueRefusal):
    pass


class SessionFixed(DialogueRefusal):
    """It is announced: what people registered for stays."""


class SummaryNotWhole(DialogueRefusal):
    """Both languages say what was said."""


class AmendmentsOpen(DialogueRefusal):
    """``number`` proposals are neither taken nor refused."""


class NothingRecommended(DialogueRefusal):
    """No recommendation, and no reason why there is none."""


class WasNotThere(DialogueRefusal):
    """Only those who were checked in amend the summary."""

    kind = Kind.FORBIDDEN


class AmendmentSettled(DialogueRefusal):
    pass


class AmendmentsFull(DialogueRefusal):
    """More than ``amendments_max`` of one seat."""


class AgreedBySame(DialogueRefusal):
    """A second person agrees with a recommendation."""


class SummaryNotOpen(DialogueRefusal):
    """Recommendations follow from a summary that those who were there could amend."""
