"""What stands against making a token, and why one opens nothing."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class TokenRefusal(Refusal):
    package: ClassVar[str] = "casework.access_tokens"


class NoScope(TokenRefusal):
    """A token for nothing."""

    slug = "token_without_scope"
    kind = Kind.INVALID


class TooManyTokens(TokenRefusal):
    """``tokens_max`` count already."""

    slug = "too_many_tokens"


class TokenGone(TokenRefusal):
    """The person has no such token that still counts."""

    slug = "token_gone"


class TokenMissing(TokenRefusal):
    """The request brings none."""

    slug = "token_missing"
    kind = Kind.NOT_SIGNED_IN


class TokenInvalid(TokenRefusal):
    """It is unknown, revoked or expired, or its person may not sign in: which, only its person learns on the portal."""

    slug = "token_invalid"
    kind = Kind.NOT_SIGNED_IN


class ScopeMissing(TokenRefusal):
    """It is not for this: ``scopes`` are those of which it would need one."""

    slug = "token_scope_missing"
    kind = Kind.FORBIDDEN
