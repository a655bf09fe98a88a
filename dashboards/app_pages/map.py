"""Where? The newest values of one property on the map."""

from __future__ import annotations

from dashboards.downloads import show_figure
from dashboards.map.model import claims_of
from dashboards.map_figure import map_figure
from dashboards.page import Page, run
from dashboards.pieces import show_hint
from dashboards.row import Control, View
from dashboards.scene import Scene, scene_of


def body(scene: Scene, view: View) -> None:
    for key in scene.unread:
        show_hint(view.words, view.words(key))
    shown = next((one for one in scene.properties if one.code == view.observed_property), None)
    if shown is not None:
        show_figure(map_figure(view, scene, shown), view.words, heading=False)


run(
    Page(
        code="map",
        load=scene_of,
        answer=claims_of,
        body=body,
        controls=(Control.PLACE, Control.PROPERTY),
        is_live=True,
    )
)
