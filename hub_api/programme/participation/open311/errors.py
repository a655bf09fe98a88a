"""What stands against a question or a report of a program that speaks Open311."""

from __future__ import annotations

from typing import Final

from casework.workflow.errors import Refusal
from citycore.errors import FalajError, Kind
from hub_api.serving.kinds import status_of

#: Statuses that the specification gives a meaning of their own; all else that is wrong with a request is 400.
_OWN: Final = frozenset({403, 404, 413, 429, 500, 503})


class GeoReportRefusal(Refusal):
    package = "hub_api.programme.participation.open311"
    kind = Kind.INVALID


class JurisdictionUnknown(GeoReportRefusal):
    """``jurisdiction_id`` is another than this hub's."""

    kind = Kind.NOT_FOUND


class ServiceUnknown(GeoReportRefusal):
    """There is no service ``service_code``."""

    kind = Kind.NOT_FOUND


class ServiceRequestUnknown(GeoReportRefusal):
    """Nothing public has this ``service_request_id``."""

    kind = Kind.NOT_FOUND


class ServiceKeyRequired(GeoReportRefusal):
    """``api_key`` is missing, unknown, expired or revoked."""

    kind = Kind.FORBIDDEN


class ArgumentMissing(GeoReportRefusal):
    """The argument ``name`` is required."""


class ArgumentWrong(GeoReportRefusal):
    """The argument ``name`` must be as ``expected`` says."""


class SpanTooLong(GeoReportRefusal):
    """``start_date`` and ``end_date`` are more than ``days_max`` days apart."""


def code_of(error: FalajError) -> int:
    """The status, and the code that stands in the answer too."""
    status = status_of(error)
    return status if status in _OWN else 400
