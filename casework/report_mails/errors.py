"""What stands against a subscription to the report."""

from __future__ import annotations

from casework.report_mails.model import PACKAGE
from casework.workflow.errors import Refusal
from citycore.errors import Kind


class ReportMailRefusal(Refusal):
    package = PACKAGE


class TooManyReports(ReportMailRefusal):
    """As many as ``subscriptions_max`` already."""


class ReportAlreadyChosen(ReportMailRefusal):
    """The same report at the same times."""


class ReportAskedTooOften(ReportMailRefusal):
    """Another one was asked for less than ``minutes`` ago."""

    kind = Kind.TOO_MANY


class ReportNotActive(ReportMailRefusal):
    """It is paused or set aside."""


class ReportLinkUnknown(ReportMailRefusal):
    kind = Kind.NOT_FOUND
