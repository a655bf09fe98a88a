"""What data are there, and how does one get them? A query builder, and the catalogue."""

from __future__ import annotations

from dashboards.data import body
from dashboards.data.model import claims_of, load
from dashboards.data.query import BUCKETS, FORMATS
from dashboards.page import Page, run
from dashboards.row import Control

run(
    Page(
        code="data",
        load=load,
        answer=claims_of,
        body=body.show,
        controls=(Control.PLACE, Control.PROPERTY, Control.PERIOD),
        of_sensors=False,
        own={"bucket": tuple(BUCKETS), "format": FORMATS, "try": ("1",)},
    )
)
