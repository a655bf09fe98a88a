"""What stands against a step of a voice, or against saying something."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class VoiceRefusal(Refusal):
    package = "participation.voices"


class VoiceNotYours(VoiceRefusal):
    """Somebody else has it in hand."""

    kind = Kind.FORBIDDEN


class VoiceWithoutHandler(VoiceRefusal):
    """Nobody has it in hand yet."""


class VoiceWithoutAnswer(VoiceRefusal):
    """An answer says what was put right, with evidence, or why not."""


class VoiceWithoutDecision(VoiceRefusal):
    """A suggestion is answered by a decision that names it among its grounds."""


class VoiceDisputedBefore(VoiceRefusal):
    """Whoever asked has disputed an answer once."""


class VoiceObjectedBefore(VoiceRefusal):
    """Whoever asked has taken it out of another once."""


class VoiceMainNotClosed(VoiceRefusal):
    """What it follows is not over."""


class VoiceOrganisationUnknown(VoiceRefusal):
    """The organisation is no verified agency."""

    kind = Kind.INVALID


class VoiceAtLastLevel(VoiceRefusal):
    """It cannot go higher."""


class VoiceNoNote(VoiceRefusal):
    """Only a note on quality is counted and not answered."""


class VoiceIsNote(VoiceRefusal):
    """A note on quality is counted and not answered."""
