"""Errors a person may meet: a stable slug for programs, one line in two languages for people.

The texts live in ``messages/*.toml`` of the core, or of the package that an error names. Nothing
here knows HTTP.
"""

from __future__ import annotations

from typing import ClassVar

from citycore.language import Language, catalogue


class FalajError(Exception):
    """Root of all errors of the hub.

    ``slug`` is stable and names the text; ``details`` fill the text's ``{fields}``.
    """

    slug: ClassVar[str] = "internal"
    #: Whose ``messages`` hold ``error.<slug>``.
    package: ClassVar[str] = "citycore"

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.text("en"))

    def text(self, language: Language) -> str:
        """One line for people: what is wrong, where, and what to do."""
        return catalogue(self.package).text(f"error.{self.slug}", language, **self.details)


class NotFound(FalajError):
    slug = "not_found"


class InvalidParameter(FalajError):
    """A parameter of a request is wrong; ``parameter`` names it, ``reason`` says why."""

    slug = "invalid_parameter"


class InvalidFile(FalajError):
    """A file given to a command is wrong; ``file``, ``line`` and ``reason`` say where and why."""

    slug = "invalid_file"


class StoreUnavailable(FalajError):
    slug = "store_unavailable"


class DatabaseNewer(FalajError):
    """A newer version of the code has changed the schema; ``revision`` is what that called it."""

    slug = "database_newer"


class DatabaseOlder(FalajError):
    """The schema is from before the baseline, which nothing leads to; ``revision`` is what that called it."""

    slug = "database_older"


class BrokerUnavailable(FalajError):
    slug = "broker_unavailable"
