"""What is going on in innovation and participation? What can be taken part in, and figures by governorate."""

from __future__ import annotations

from dashboards.innovation import body
from dashboards.innovation.model import FIGURES, claims_of, load
from dashboards.page import Page, run
from dashboards.row import nothing

run(
    Page(
        code="innovation",
        load=load,
        answer=lambda data, _: claims_of(data),
        body=body.show,
        offer=nothing,
        of_sensors=False,
        own={"figure": FIGURES},
    )
)
