"""What stands against a step of an idea, or against writing in one."""

from __future__ import annotations

from casework.workflow.errors import Refusal


class IdeaRefusal(Refusal):
    package = "participation.ideas"


class IdeaOwn(IdeaRefusal):
    """Nobody moderates their own idea."""


class IdeaDecidedBySame(IdeaRefusal):
    """Somebody else decides about an appeal."""


class IdeaNotEditable(IdeaRefusal):
    """What others have seen or supported stays: a new idea says it otherwise."""


class IdeaWithoutDecision(IdeaRefusal):
    """The answer to an idea is a decision that names it among its grounds."""


class IdeaMainUnfit(IdeaRefusal):
    """It can only be joined to an open one of the same session that is another."""


class IdeaNotSupportable(IdeaRefusal):
    """It is not open any more."""
