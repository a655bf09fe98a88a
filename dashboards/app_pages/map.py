"""Where? One property by district and by thing, now or in an hour of the last days."""

from __future__ import annotations

from dashboards.map import body, model
from dashboards.page import Page, run
from dashboards.row import Control

run(
    Page(
        code="map",
        load=model.load,
        answer=model.claims_of,
        body=body.show,
        controls=(Control.PLACE, Control.PROPERTY),
        is_live=True,
        own={"by": model.BY, "hour": ()},
    )
)
