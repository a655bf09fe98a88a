"""What can go wrong on the machine itself; each is one line that says what to do."""

from __future__ import annotations

from citycore.errors import FalajError, Kind


class MissingPackage(FalajError):
    slug = "missing_package"
    kind = Kind.UNAVAILABLE


class PortInUse(FalajError):
    slug = "port_in_use"
    kind = Kind.CONFLICT


class ProcessFailed(FalajError):
    """A process of the hub ended or did not become healthy; ``log`` names its log file."""

    slug = "process_failed"
    kind = Kind.UNAVAILABLE


class DiskFull(FalajError):
    slug = "disk_full"
    kind = Kind.UNAVAILABLE


class AuthorityExists(FalajError):
    """``file`` is there already, and others may rely on it."""

    slug = "authority_exists"
    kind = Kind.CONFLICT


class CredentialsExist(FalajError):
    """``names`` are in ``folder`` already, and processes may rely on them."""

    slug = "credentials_exist"
    kind = Kind.CONFLICT


class CredentialNotRenewable(FalajError):
    """``name`` is given out by somebody else, or has no secret in it."""

    slug = "credential_not_renewable"
    kind = Kind.INVALID


class AuthorityMissing(FalajError):
    """There is no authority in ``folder`` that a certificate could be had from."""

    slug = "authority_missing"
    kind = Kind.NOT_FOUND


class FileRefused(FalajError):
    """The system does not let us read or write ``file``; ``reason`` is its own word, ``user`` who we are."""

    slug = "file_refused"
    kind = Kind.FORBIDDEN


class HubRunning(FalajError):
    """Another hub has the data folder; ``pid`` is its process."""

    slug = "hub_running"
    kind = Kind.CONFLICT


class HubNotRunning(FalajError):
    """A command needs a running hub and found none for the data folder."""

    slug = "hub_not_running"
    kind = Kind.UNAVAILABLE
