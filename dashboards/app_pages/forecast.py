"""What comes next? One series with its forecast, and how far to trust it."""

from __future__ import annotations

from dashboards.forecast import body, model
from dashboards.page import Page, run
from dashboards.row import Control

run(
    Page(
        code="forecast",
        load=model.load,
        answer=model.claims_of,
        body=body.show,
        controls=(Control.PLACE, Control.PROPERTY, Control.THING, Control.PERIOD),
        offer=model.offer,
        of_sensors=False,
        own={"limits": ()},
    )
)
