"""What can be wrong with what people ask about accounts; each is one line in two languages.

Nothing here says whether somebody has an account: sign-in fails in one way only, and sign-up,
new passwords and changes of address answer the same whoever is known.
"""

from __future__ import annotations

from citycore.errors import FalajError, Kind
from citycore.language import Language, catalogue


class PeopleError(FalajError):
    """Root of this noun's errors; the texts stand in the messages of ``package``."""

    package = "casework.people"
    kind = Kind.CONFLICT

    def text(self, language: Language) -> str:
        texts = catalogue(self.package)
        reason = self.details.get("reason")
        fields = dict(self.details)
        if reason is not None:
            fields["reason"] = texts.text(f"{self.slug}.{reason}", language, **self.details)
        return texts.text(f"error.{self.slug}", language, **fields)


class InvalidInput(PeopleError):
    """What somebody typed cannot be used as it is."""

    kind = Kind.INVALID


class InvalidAddress(InvalidInput):
    pass


class InvalidName(InvalidInput):
    """``reason``: missing, long, letters, characters, scripts."""


class PasswordRefused(InvalidInput):
    """``reason``: short, long, personal, common, repeating."""


class BlockListUnusable(PeopleError):
    """Nobody can read the list of blocked passwords at ``place``, or it is none: ``python -m casework.people.blocked.make`` makes one."""

    kind = Kind.UNAVAILABLE
    is_private = True


class NotSignedIn(PeopleError):
    """Root of what ends or prevents a session."""

    kind = Kind.FORBIDDEN


class SignInRefused(NotSignedIn):
    """Unknown, unconfirmed, without a password or with another one: all the same from outside."""

    kind = Kind.INVALID


class SessionEnded(NotSignedIn):
    pass


class AccountSuspended(NotSignedIn):
    """Only said to somebody who has proved to be the person."""


class LinkInvalid(PeopleError):
    """A mailed link that was used, replaced, has expired or never was."""

    kind = Kind.GONE


class WrongPassword(PeopleError):
    """Said to somebody who is signed in and must prove it once more."""

    kind = Kind.INVALID


class NoPassword(PeopleError):
    """The person signs in elsewhere, and gets a first password by mail only."""


class TooOften(PeopleError):
    """``minutes`` until it can be tried again."""

    kind = Kind.TOO_MANY


class UploadsTooOften(TooOften):
    """Too many files were sent, or refused, in a while."""


class PersonNotFound(PeopleError):
    kind = Kind.NOT_FOUND


class Forbidden(PeopleError):
    """The actor does not hold a role that may do this."""

    kind = Kind.FORBIDDEN


class GrantRefused(Forbidden):
    """``reason``: not_yours, self, implied, scope, past, last_administrator, inactive."""


class GrantNotFound(PeopleError):
    kind = Kind.NOT_FOUND


class IdentityRefused(NotSignedIn):
    """The provider's answer does not let anybody in; ``reason``: denied, answer, token, address, domain."""


class ProviderUnavailable(PeopleError):
    kind = Kind.UNAVAILABLE
