"""What stands against making a token, and why one opens nothing."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class TokenRefusal(Refusal):
    package = "casework.access_tokens"


class TokenWithoutScope(TokenRefusal):
    """A token for nothing."""

    kind = Kind.INVALID


class TooManyTokens(TokenRefusal):
    """``tokens_max`` count already."""


class TokenGone(TokenRefusal):
    """The person has no such token that still counts."""


class TokenMissing(TokenRefusal):
    """The request brings none."""

    kind = Kind.NOT_SIGNED_IN


class TokenInvalid(TokenRefusal):
    """It is unknown, revoked or expired, or its person may not sign in: which, only its person learns on the portal."""

    kind = Kind.NOT_SIGNED_IN


class TokenScopeMissing(TokenRefusal):
    """It is not for this: ``scopes`` are those of which it would need one."""

    kind = Kind.FORBIDDEN
