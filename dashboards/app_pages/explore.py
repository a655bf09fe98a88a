"""What was, and how does it compare? One property over any period: of a thing, a place, up to four places or periods."""

from __future__ import annotations

from dashboards.explore import asked, body, model
from dashboards.page import Page, run
from dashboards.row import Control

run(
    Page(
        code="explore",
        load=model.load,
        answer=model.claims_of,
        body=body.show,
        controls=tuple(Control),
        offer=asked.offer,
        own={"of": asked.OF, "periods": (), "marks": ()},
    )
)
