"""What stands against a pilot, or against registering a thing in it."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class PilotRefusal(Refusal):
    package = "hackathon.market.pilots"


class NothingToPilot(PilotRefusal):
    """What it is to come out of has not come far enough, or is over."""


class PilotExists(PilotRefusal):
    pass


class PilotCodeTaken(PilotRefusal):
    pass


class PilotAgencyUnknown(PilotRefusal):
    """No verified agency or university, or another than the one whose challenge or need it was."""


class PilotRegistrationClosed(PilotRefusal):
    """Neither agreed nor running; what is registered stays."""


class PilotOutsideNamespace(PilotRefusal):
    kind = Kind.INVALID


class PilotNameTaken(PilotRefusal):
    pass


class PilotTooMany(PilotRefusal):
    pass


class PilotUnknownProperty(PilotRefusal):
    pass


class PilotUnknownThing(PilotRefusal):
    pass
