"""What can go wrong on the machine itself; each is one line that says what to do."""

from __future__ import annotations

from citycore.errors import FalajError


class MissingPackage(FalajError):
    slug = "missing_package"


class PortInUse(FalajError):
    slug = "port_in_use"


class ProcessFailed(FalajError):
    """A process of the hub ended or did not become healthy; ``log`` names its log file."""

    slug = "process_failed"


class DiskFull(FalajError):
    slug = "disk_full"


class FileRefused(FalajError):
    """The system does not let us read or write ``file``; ``reason`` is its own word, ``user`` who we are."""

    slug = "file_refused"


class HubRunning(FalajError):
    """Another hub has the data folder; ``pid`` is its process."""

    slug = "hub_running"


class HubNotRunning(FalajError):
    """A command needs a running hub and found none for the data folder."""

    slug = "hub_not_running"
