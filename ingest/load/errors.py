"""What a person may meet who loads a file."""

from __future__ import annotations

from citycore.errors import FalajError, InvalidFile, Kind


class MissingColumn(InvalidFile):
    slug = "missing_column"


class UnusableColumn(InvalidFile):
    """A column of a type that cannot hold what it should, such as a time without its unit."""

    slug = "unusable_column"


class LoadRunning(FalajError):
    """Another process has accounted for rows of this file in the meantime."""

    slug = "load_running"
    kind = Kind.CONFLICT


class OutcomesOverwriteFile(FalajError):
    """The outcome file is the file that is to be loaded."""

    slug = "outcomes_overwrite_file"
    kind = Kind.INVALID


class UnknownSource(FalajError):
    """The source that all things of the file should belong to is not registered."""

    slug = "unknown_source"
    kind = Kind.NOT_FOUND
