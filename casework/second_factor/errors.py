"""What stands against showing a factor, or changing one."""

from __future__ import annotations

from casework.second_factor.model import PACKAGE
from casework.workflow.wording import Label
from citycore.errors import FalajError, Kind

#: The fields of forms in which codes are typed.
CODE, RECOVERY, NAME = (Label(PACKAGE, f"field.{name}") for name in ("code", "recovery", "name"))


class FactorError(FalajError):
    package = PACKAGE
    kind = Kind.CONFLICT


class FactorRefused(FactorError):
    """A code that is wrong, was used, or is too old."""

    kind = Kind.INVALID


class RecoveryRefused(FactorError):
    """No recovery code of this person that still counts."""

    kind = Kind.INVALID


class PasskeyRefused(FactorError):
    """What the browser sent does not show that it has a passkey of this person."""

    kind = Kind.INVALID


class VisitOver(FalajError):
    """Too long ago, or in another browser: signing in begins anew."""

    package = PACKAGE
    kind = Kind.FORBIDDEN


class FactorStale(FactorError):
    """A factor has to be shown once more before factors are changed."""

    kind = Kind.FORBIDDEN


class SetupOver(FactorError):
    """Nothing is being set up, or too long ago."""

    kind = Kind.GONE


class PasskeyNameWrong(FactorError):
    """It is empty, longer than ``characters_max``, or has signs that nobody sees."""

    kind = Kind.INVALID


class TooManyPasskeys(FactorError):
    """``passkeys_max`` are there already."""


class PasskeyGone(FactorError):
    kind = Kind.NOT_FOUND


class FactorNeeded(FactorError):
    """It is the last one, and a duty of the person asks for one."""


class NoFactor(FactorError):
    """The person has none."""


class PasskeysAway(FactorError):
    """Browsers know passkeys for names of hosts only, and over https."""
