"""What stands against a report."""

from __future__ import annotations

from citycore.errors import FalajError, Kind


class ReportRefused(FalajError):
    """What was asked for cannot be reported on: ``what`` says which of it."""

    kind = Kind.INVALID
    package = "dashboards.report"


class ReportPackageMissing(FalajError):
    """The machine lacks what lays out PDF: ``packages`` are those of Debian."""

    kind = Kind.UNAVAILABLE
    package = "dashboards.report"
