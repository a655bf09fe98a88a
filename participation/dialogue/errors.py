"""What stands against a step of a session or an idea, or against writing in one."""

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


class IdeaOwn(DialogueRefusal):
    """Nobody moderates their own idea."""


class IdeaDecidedBySame(DialogueRefusal):
    """Somebody else decides about an appeal."""


class IdeaNotEditable(DialogueRefusal):
    """What others have seen or supported stays: a new idea says it otherwise."""


class IdeaWithoutDecision(DialogueRefusal):
    """The answer to an idea is a decision that names it among its grounds."""


class IdeaMainUnfit(DialogueRefusal):
    """It can only be joined to an open one of the same session that is another."""


class IdeaNotSupportable(DialogueRefusal):
    """It is not open any more."""
