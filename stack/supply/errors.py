"""What is wrong with what ``falaj sbom`` and ``falaj advisories`` are given."""

from __future__ import annotations

from citycore.errors import FalajError, Kind


class AdvisoriesUnusable(FalajError):
    """Nothing of ``file`` can be compared; ``reason`` says why."""

    kind = Kind.INVALID


class PinsUnusable(FalajError):
    """``file`` does not pin packages line by line; ``reason`` says what is wrong."""

    kind = Kind.INVALID
