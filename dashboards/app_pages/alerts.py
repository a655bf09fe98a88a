"""What is in trouble, and since when? Alerts that go on, and what went on before."""

from __future__ import annotations

from dashboards.alerts import body
from dashboards.alerts.model import claims_of, load
from dashboards.page import Page, run
from dashboards.row import Control

run(
    Page(
        code="alerts",
        load=load,
        answer=lambda data, view: claims_of(data.open, view.now),
        body=body.show,
        controls=(Control.PLACE, Control.PERIOD),
        is_live=True,
    )
)
