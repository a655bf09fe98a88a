"""The standards that the API speaks, and how each says what went wrong."""

from __future__ import annotations

from hub_api.serving.problems import Shape
from hub_api.standards.catalogue import finding_routes as finding
from hub_api.standards.catalogue import routes as catalogue
from hub_api.standards.gtfs_realtime import routes as gtfs_realtime
from hub_api.standards.ngsi_ld import routes as ngsi_ld
from hub_api.standards.ngsi_ld.shape import ROOT as NGSI_LD
from hub_api.standards.ngsi_ld.shape import shape as ngsi_ld_shape
from hub_api.standards.ogc import routes as ogc
from hub_api.standards.ogc.answers import error_shape
from hub_api.standards.sensorthings import routes as sensorthings
from hub_api.standards.sensorthings.writing import routes as sensorthings_writing

ROOMS = (gtfs_realtime, ngsi_ld, ogc, sensorthings, sensorthings_writing, catalogue, finding)
#: By the path below which a standard is spoken.
SHAPES: dict[str, Shape] = {
    "/ogc": error_shape,
    "/sta": sensorthings.sensorthings_shape,
    NGSI_LD: ngsi_ld_shape,
}
