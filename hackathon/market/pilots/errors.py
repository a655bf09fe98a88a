"""What stands against a pilot, or against registering a thing in it."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class PilotRefusal(Refusal):
    package: ClassVar[str] = "hackathon.market.pilots"


class NothingToPilot(PilotRefusal):
    """What it is to come out of has not come far enough, or is over."""

    slug = "nothing_to_pilot"


class PilotExists(PilotRefusal):
    slug = "pilot_exists"


class CodeTaken(PilotRefusal):
    slug = "pilot_code_taken"


class AgencyUnknown(PilotRefusal):
    """No verified agency or university, or another than the one whose challenge or need it was."""

    slug = "pilot_agency_unknown"


class RegistrationClosed(PilotRefusal):
    """Neither agreed nor running; what is registered stays."""

    slug = "pilot_registration_closed"


class OutsideNamespace(PilotRefusal):
    slug = "pilot_outside_namespace"
    kind = Kind.INVALID


class NameTaken(PilotRefusal):
    slug = "pilot_name_taken"


class TooManyRegistered(PilotRefusal):
    slug = "pilot_too_many"


class UnknownProperty(PilotRefusal):
    slug = "pilot_unknown_property"


class UnknownThing(PilotRefusal):
    slug = "pilot_unknown_thing"
