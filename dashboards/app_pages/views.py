"""What do I want to see? Figures and tiles of all pages, as somebody has arranged them."""

from __future__ import annotations

from dashboards.page import Page, run
from dashboards.row import nothing
from dashboards.views import body
from dashboards.views.model import OWN, claims_of, load

run(
    Page(
        code="views",
        load=load,
        answer=claims_of,
        body=body.show,
        offer=nothing,
        is_live=True,
        of_sensors=False,
        own=OWN,
    )
)
