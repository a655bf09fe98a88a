"""Whether an API that is measured held its readers back: then its figures are those of a brake, and of no use.

Every server that :class:`benchmarks.reading.servers.Stage` starts is asked once it has been measured, so that no benchmark can forget.
"""

from __future__ import annotations

import httpx
from prometheus_client.parser import text_string_to_metric_families

WAITED = "falaj_api_paced_seconds_total"
ANSWERED = "falaj_api_requests_total"
TOO_MANY = "429"


class Braked(RuntimeError):
    """Requests of a benchmark waited for the pace of their address, or were refused for a limit."""


def braked(metrics: str) -> str | None:
    """What held requests back, by the text of ``/metrics``; None where nothing did. :class:`LookupError` where it does not say."""
    samples = [sample for family in text_string_to_metric_families(metrics) for sample in family.samples]
    waits = [sample.value for sample in samples if sample.name == WAITED]
    if not waits:
        raise LookupError(f"{WAITED} is not among the metrics")
    refused = sum(
        sample.value
        for sample in samples
        if sample.name == ANSWERED and sample.labels.get("status") == TOO_MANY
    )
    found = []
    if sum(waits):
        found.append(f"requests waited {sum(waits):.1f} s for the pace of their address")
    if refused:
        found.append(f"{refused:.0f} requests were refused with {TOO_MANY}")
    return " and ".join(found) or None


def refuse_braked(port: int) -> None:
    """:class:`Braked` if the API at this port held anybody back since it started."""
    answer = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=30).raise_for_status()
    if found := braked(answer.text):
        raise Braked(f"the figures are those of a brake: {found}")
