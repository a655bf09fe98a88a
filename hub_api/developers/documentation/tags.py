"""Which operations belong together; programs that write clients make one module of each tag."""

from __future__ import annotations

from collections.abc import Mapping

#: By tag, in the order of a reader who begins.
TAGGED: Mapping[str, tuple[str, ...]] = {
    "things": ("things", "thing", "datastreams", "datastream", "observed_properties", "places"),
    "observations": ("latest", "observations", "stream", "forecasts"),
    "datasets": ("sources", "datasets", "dataset", "bulk", "dataset_bulk", "bulk_file"),
    "hackathons": (
        "hackathons",
        "hackathon",
        "challenges",
        "challenge",
        "organisations",
        "deadlines",
        "calendar",
        "ambassadors",
        "reach",
        "submissions",
        "results",
        "awards",
    ),
    "funding": (
        "calls",
        "call",
        "funding_awards",
        "funding_award",
        "grants",
        "opportunities",
        "opportunity",
    ),
    "marketplace": ("needs", "need", "offerings", "vendors", "introductions", "pilots", "pilot"),
    "hub": ("status", "ledger", "livez", "readyz", "metrics"),
}
_TAGS = {operation: tag for tag, operations in TAGGED.items() for operation in operations}


def tag_of(operation: str) -> str:
    """``KeyError`` for an operation that belongs nowhere yet."""
    return _TAGS[operation]
