"""What stands against a step of a voice, or against saying something."""

from __future__ import annotations

from typing import Final

from casework.cases.guards import Guards
from casework.workflow.errors import Refusal
from citycore.errors import Kind
from participation.voices.model import Facts


class VoiceRefusal(Refusal):
    package = "participation.voices"


#: What stands against a step of any case.
GUARDS: Final[Guards[Facts]] = Guards(VoiceRefusal)


class VoiceWithoutAnswer(VoiceRefusal):
    """An answer says what was put right, with evidence, or why not."""


class VoiceWithoutDecision(VoiceRefusal):
    """A suggestion is answered by a decision that names it among its grounds."""


class VoiceOrganisationUnknown(VoiceRefusal):
    """The organisation is no verified agency."""

    kind = Kind.INVALID


class VoiceNoNote(VoiceRefusal):
    """Only a note on quality is counted and not answered."""


class VoiceIsNote(VoiceRefusal):
    """A note on quality is counted and not answered."""
