"""What stands against signing in on the dashboards."""

from __future__ import annotations

from citycore.errors import FalajError, Kind


class DashboardsForeign(FalajError):
    """Who asks is not the dashboards of this hub, or wants the answer somewhere else: so nothing is sent there."""

    kind = Kind.INVALID
    package = "casework.dashboard_access"
