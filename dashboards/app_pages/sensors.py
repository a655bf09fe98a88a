"""Which sensors can be trusted? Things by their state of health, one of them in detail."""

from __future__ import annotations

from dashboards.page import Page, run
from dashboards.row import Control
from dashboards.sensors import body
from dashboards.sensors.model import claims_of, load

run(
    Page(
        code="sensors",
        load=load,
        answer=lambda data, _: claims_of(data.sensors),
        body=body.show,
        controls=(Control.PLACE,),
        is_live=True,
    )
)
