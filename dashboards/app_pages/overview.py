"""Is the city all right? From the newest values of a place."""

from __future__ import annotations

from dashboards.overview import body
from dashboards.overview.claims import claims_of
from dashboards.overview.model import Overview, load
from dashboards.page import Page, run
from dashboards.report.button import offer_report
from dashboards.row import Control, View


def show(data: Overview, view: View) -> None:
    body.show(data, view)
    offer_report(view)


run(
    Page(
        code="overview",
        load=load,
        answer=lambda data, _: claims_of(data.state),
        body=show,
        controls=(Control.PLACE, Control.PROPERTY),
        is_live=True,
    )
)
