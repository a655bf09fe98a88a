"""What is in trouble, and since when? Open alerts of the place, and the claims of them."""

from __future__ import annotations

from collections import Counter

import falaj_client as api
from dashboards import client
from dashboards.answers import Claim, Counted
from dashboards.row import View

#: From the gravest to the least.
SEVERITIES = ("extreme", "severe", "moderate", "minor", "unknown")


def load(view: View) -> list[api.Alert]:
    """The gravest first, the newest of each first. A recording's alerts are not the city's."""
    here = {one.code for one in view.things}
    known = {code: place for place, code in enumerate(SEVERITIES)}
    found = [one for one in client.open_alerts() if one.thing in here]
    return sorted(found, key=lambda one: known.get(one.severity.lower(), len(known)))


def claims_of(alerts: list[api.Alert], _view: View) -> list[Claim]:
    """How many are open, and how many of them nobody has acknowledged."""
    if not alerts:
        return [Claim("alerts.none")]
    waiting = Counter(one.acknowledged_at is None for one in alerts)[True]
    claims = [Claim("alerts.open", {"alerts": Counted("open_alerts", len(alerts))})]
    if waiting:
        claims.append(Claim("alerts.waiting", {"alerts": Counted("alerts.unacknowledged", waiting)}))
    return claims
