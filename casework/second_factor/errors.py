"""What stands against showing a factor, or changing one."""

from __future__ import annotations

from casework.people.errors import NotSignedIn, PeopleError
from citycore.errors import Kind


class FactorError(PeopleError):
    package = "casework.second_factor"


class FactorRefused(FactorError):
    """A code that is wrong, was used, or is too old."""

    kind = Kind.INVALID


class RecoveryRefused(FactorError):
    """No recovery code of this person that still counts."""

    kind = Kind.INVALID


class PasskeyRefused(FactorError):
    """What the browser sent does not show that it has a passkey of this person."""

    kind = Kind.INVALID


class VisitOver(NotSignedIn):
    """Too long ago, or in another browser: signing in begins anew."""

    package = "casework.second_factor"


class FactorStale(FactorError):
    """A factor has to be shown once more before factors are changed."""

    kind = Kind.FORBIDDEN


class SetupOver(FactorError):
    """Nothing is being set up, or too long ago."""

    kind = Kind.GONE


class PasskeyNameWrong(FactorError):
    """``characters_max``"""

    kind = Kind.INVALID


class TooManyPasskeys(FactorError):
    """``passkeys_max`` are there already."""


class PasskeyGone(FactorError):
    kind = Kind.NOT_FOUND


class NoFactor(FactorError):
    """The person has none."""


class PasskeysAway(FactorError):
    """Browsers know passkeys for names of hosts only, and over https."""
