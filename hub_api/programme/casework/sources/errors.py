"""What stands against what somebody wants of a source."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.wording import Label
from citycore.errors import FalajError, Kind

PACKAGE = "hub_api.programme.casework.sources"


class SourceError(FalajError):
    package: ClassVar[str] = PACKAGE
    kind = Kind.CONFLICT


class TooManySources(SourceError):
    slug = "too_many_sources"


class TooManyCredentials(SourceError):
    slug = "too_many_credentials"


class NothingToAccept(SourceError):
    """The device was not heard of, or somebody else has accepted it."""

    slug = "nothing_to_accept"


class CredentialGone(SourceError):
    slug = "credential_gone"


class FieldWrong(SourceError):
    kind = Kind.INVALID

    def __init__(self, field: str, **details: object) -> None:
        super().__init__(field=Label(PACKAGE, f"sources.{field}"), **details)


class NameMissing(FieldWrong):
    """A source needs a name, of this length at most."""

    slug = "name_missing"


class CodeWrong(FieldWrong):
    slug = "code_wrong"


class CodeTaken(FieldWrong):
    slug = "code_taken"
