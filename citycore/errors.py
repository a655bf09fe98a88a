"""Errors a person may meet: a stable slug for programs, one line in two languages for people.

The texts live in ``messages/*.toml`` of the core, or of the package that an error names. Nothing
here knows HTTP.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import ClassVar, Final

from citycore.language import Language, catalogue, isolate

_INNER_CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")


class Kind(StrEnum):
    """What an error means for whoever asked; whoever answers over a protocol translates it there."""

    #: What was asked or typed cannot be used as it is.
    INVALID = "invalid"
    NOT_SIGNED_IN = "not_signed_in"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    #: It was possible in another state.
    CONFLICT = "conflict"
    #: It was there, and never will be again.
    GONE = "gone"
    #: There is another version than the one that was named.
    PRECONDITION_FAILED = "precondition_failed"
    #: A version has to be named.
    PRECONDITION_REQUIRED = "precondition_required"
    TOO_LARGE = "too_large"
    #: A part was asked for that the whole does not have.
    RANGE = "range"
    #: Meant for another hub.
    MISDIRECTED = "misdirected"
    TOO_MANY = "too_many"
    #: Later it may work.
    UNAVAILABLE = "unavailable"
    #: It went on its way, and nobody knows yet what became of it.
    TIMED_OUT = "timed_out"
    #: Our own mistake.
    INTERNAL = "internal"


class FalajError(Exception):
    """Root of all errors of the hub.

    ``slug`` is stable and names the text; ``details`` fill the text's ``{fields}``. It is the name of the class in
    small letters with underscores, unless the class states another; ``docs/errors.md`` lists all. A class states its
    ``kind`` or inherits that of its parent, but never that of this root.
    """

    slug: ClassVar[str] = "internal"
    kind: ClassVar[Kind] = Kind.INTERNAL
    #: Whether the line names machines or folders of ours: it is for the log and the operator, not for a reader.
    is_private: ClassVar[bool] = False
    #: Whose ``messages`` hold ``error.<slug>``.
    package: ClassVar[str] = "citycore"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "slug" not in vars(cls):
            cls.slug = _INNER_CAPITAL.sub("_", cls.__name__).lower()

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.text("en"))

    def text(self, language: Language) -> str:
        """One line for people: what is wrong, where, and what to do."""
        return catalogue(self.package).text(f"error.{self.slug}", language, **self.details)


class NotFound(FalajError):
    kind = Kind.NOT_FOUND


class InvalidParameter(FalajError):
    """A parameter of a request is wrong; ``parameter`` names it, ``reason`` says why."""

    kind = Kind.INVALID


class InvalidFile(FalajError):
    """A file given to a command is wrong; ``file``, ``line`` and ``reason`` say where and why."""

    kind = Kind.INVALID


class UnknownCode(FalajError):
    """A name that means nothing here; ``nearest`` are those that it may have been meant for, perhaps none."""

    slug = "unknown_code"
    kind = Kind.INVALID

    def __init__(self, *, name: str, nearest: tuple[str, ...] = ()) -> None:
        self.name = name
        self.nearest = nearest
        super().__init__(name=name, nearest=nearest)

    def text(self, language: Language) -> str:
        """The line of the class, or that with ``_near`` where something is near."""
        name, *nearest = [isolate(each) if language == "ar" else each for each in (self.name, *self.nearest)]
        key = f"error.{self.slug}_near" if nearest else f"error.{self.slug}"
        listed = ("، " if language == "ar" else ", ").join(nearest)
        return catalogue(self.package).text(key, language, name=name, nearest=listed)


class UnknownUnit(UnknownCode):
    """``name`` is no code of UCUM, and no spelling of one."""

    slug = "unknown_unit"


class StoreUnavailable(FalajError):
    kind = Kind.UNAVAILABLE
    is_private = True


class DatabaseNewer(FalajError):
    """A newer version of the code has changed the schema; ``revision`` is what that called it."""

    kind = Kind.CONFLICT


class DatabaseOlder(FalajError):
    """The schema is from before the baseline, which nothing leads to; ``revision`` is what that called it."""

    kind = Kind.CONFLICT


class BrokerUnavailable(FalajError):
    kind = Kind.UNAVAILABLE
    is_private = True


class CredentialMissing(FalajError):
    """The service manager handed credentials to ``process``, but not these ``names``."""

    kind = Kind.UNAVAILABLE
    is_private = True


class PlaceholderLeft(FalajError):
    """Settings that still say what their example says."""

    kind = Kind.INVALID
    is_private = True


class LogLevelUnknown(FalajError):
    """``FALAJ_LOG_LEVEL`` is none of ``known``."""

    kind = Kind.INVALID
    is_private = True


class CredentialTwice(FalajError):
    """``name`` stands in the environment and in ``folder``."""

    kind = Kind.CONFLICT
    is_private = True


class CredentialUnreadable(FalajError):
    """A credential lies in ``file`` and cannot be read."""

    kind = Kind.UNAVAILABLE
    is_private = True
