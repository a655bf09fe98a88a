"""What is in trouble, and since when? Alerts that go on."""

from __future__ import annotations

import falaj_client as api
from dashboards import client
from dashboards.alerting import alert_table
from dashboards.alerts.model import claims_of, load
from dashboards.downloads import show_table
from dashboards.page import Page, run
from dashboards.row import Control, View


def body(alerts: list[api.Alert], view: View) -> None:
    if alerts:
        calls = [client.alerts_url(view.state.place or None)]
        show_table("alerts", alert_table(alerts, view), calls, view.words)


run(Page(code="alerts", load=load, answer=claims_of, body=body, controls=(Control.PLACE,), is_live=True))
