"""Are the buses on time? By line and by hour of the day, beside the week before, with what is not known."""

from __future__ import annotations

from dashboards.buses import body
from dashboards.buses.model import claims_of, load
from dashboards.page import Page, run
from dashboards.row import nothing

run(
    Page(
        code="buses",
        load=load,
        answer=lambda data, _: claims_of(data),
        body=body.show,
        offer=nothing,
        of_sensors=False,
    )
)
