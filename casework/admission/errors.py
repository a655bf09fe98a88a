"""What stands against taking part."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class AdmissionRefusal(Refusal):
    package = "casework.admission"


class BrowserUnknown(AdmissionRefusal):
    """The browser has no key of this hub: whoever takes part begins on the page that explains it."""


class TokenMistyped(AdmissionRefusal):
    """Letters are missing or wrong: the last one does not fit the others."""

    kind = Kind.INVALID


class TokenUnknown(AdmissionRefusal):
    kind = Kind.INVALID


class TokenUsed(AdmissionRefusal):
    """It has counted already, and the first answer stays."""


class RollClosed(AdmissionRefusal):
    """Nobody can take part any more."""


class RollStillOpen(AdmissionRefusal):
    """How many have taken part is told when it is over."""


class TooManyTokens(AdmissionRefusal):
    """More than ``most`` at once, or for one roll."""

    kind = Kind.INVALID


class ChannelUnsound(AdmissionRefusal):
    """``channel`` is no code."""

    kind = Kind.INVALID


class TooManyKiosks(AdmissionRefusal):
    """There are ``most`` already."""


class KioskUnknown(AdmissionRefusal):
    kind = Kind.INVALID


class KioskNeeded(AdmissionRefusal):
    """The browser is none of a kiosk of this object."""

    kind = Kind.FORBIDDEN


class KioskTaken(AdmissionRefusal):
    """Another browser has been paired with it."""


class KioskRevoked(AdmissionRefusal):
    kind = Kind.FORBIDDEN


class KioskUnnamed(AdmissionRefusal):
    """Its name is missing, or has more than ``most`` characters."""

    kind = Kind.INVALID


class TooManySeats(AdmissionRefusal):
    """More than ``most``."""

    kind = Kind.INVALID


class FewerSeatsThanTaken(AdmissionRefusal):
    """``taken`` are somebody's already."""


class TakerUnnamed(AdmissionRefusal):
    """The name is missing, or name or address have more than ``most`` characters."""

    kind = Kind.INVALID


class SeatHeld(AdmissionRefusal):
    """Whoever asks has one already."""


class LineFull(AdmissionRefusal):
    """So many wait already that nobody would get a seat: ``most``."""


class SeatsTaken(AdmissionRefusal):
    """None is free, or others wait for it."""


class SeatFree(AdmissionRefusal):
    """Nobody has to wait."""


class NotFirstInLine(AdmissionRefusal):
    """None is free, or somebody waits longer."""


class NoOfferLeft(AdmissionRefusal):
    """It was offered so often without an answer that it is not offered again."""


class OffersLeft(AdmissionRefusal):
    """It will be offered again."""


class AnsweredHere(AdmissionRefusal):
    """It was answered in this browser."""
