"""What QGIS sees of a hub, as JSON: run by the Python that QGIS brings, which knows nothing of ours."""

import json
import os
import sys

from qgis.core import Qgis, QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer, QgsWkbTypes

URL = sys.argv[1]
POLYGON = "geom_from_wkt('POLYGON((58.5 23,59 23,59 24,58.5 24,58.5 23))')"


def oapif(name: str, more: str = "") -> QgsVectorLayer:
    """A layer of OGC API – Features, as the dialogue of QGIS makes it."""
    return QgsVectorLayer(f"url='{URL}/ogc' typename='{name}' {more}", name, "OAPIF")


def sensorthings(entity: str, more: str = "", sql: str = "") -> QgsVectorLayer:
    """A layer of SensorThings."""
    ending = f" sql={sql}" if sql else ""
    return QgsVectorLayer(
        f"{more} url='{URL}/sta/v1.1' entity='{entity}' pageSize='100' featureLimit='200'{ending}",
        entity,
        "sensorthings",
    )


def ids(layer: QgsVectorLayer, expression: str = "", box: QgsRectangle | None = None) -> list[str]:
    """The first attribute of what a layer has, fits and lies in a box."""
    request = QgsFeatureRequest()
    if expression:
        request.setFilterExpression(expression)
    if box is not None:
        request.setFilterRect(box)
    return sorted(str(feature.attributes()[0]) for feature in layer.getFeatures(request))


def shown(layer: QgsVectorLayer) -> list[object]:
    """Whether it opens, and what it is."""
    return [
        layer.isValid(),
        layer.featureCount(),
        QgsWkbTypes.displayString(layer.wkbType()),
        layer.crs().authid(),
    ]


QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
NAMES = ("things", "latest", "observations", "places", "alerts", "stops")
told = {"version": Qgis.version(), "layers": {name: shown(oapif(name)) for name in NAMES}}
subset = oapif("things")
subset.setSubsetString("kind = 'bus'")
told["subset"] = [ids(subset), subset.featureCount()]
told["expressions"] = {
    expression: ids(oapif(name), expression)
    for name, expression in (
        ("things", "\"kind\" in ('bus', 'x') or \"name_en\" ilike 'r%'"),
        ("things", '"place" is null and "simulated" = true'),
        ("things", f"intersects_bbox($geometry, {POLYGON})"),
        ("latest", '"result" between 1 and 200'),
        ("latest", "\"phenomenon_time\" > '2026-11-24T09:00:00Z'"),
    )
}
told["box"] = ids(oapif("things", "restrictToRequestBBOX='1'"), box=QgsRectangle(58.53, 23.5, 58.6, 23.7))
told["world"] = ids(oapif("things", "restrictToRequestBBOX='1'"), box=QgsRectangle(-400, -200, 400, 200))
told["paged"] = len(set(ids(oapif("observations", "pageSize='200'"))))
latest = oapif("latest")
place = next(feature for feature in latest.getFeatures() if feature["observed_property"] == "pm2_5")
told["latest"] = [
    place["thing_name_ar"],
    place["result"],
    place["phenomenon_time"].toString("yyyy-MM-ddTHH:mm:ss"),
    place.geometry().asWkt(2),
]
told["exports"] = {
    ending: [layer.isValid(), layer.featureCount(), QgsWkbTypes.displayString(layer.wkbType())]
    for ending in sys.argv[2:]
    for driver in ["CSV:" if ending.endswith("csv") else ""]
    for layer in [QgsVectorLayer(f"{driver}/vsicurl/{URL}{ending}", "export", "ogr")]
}
told["sensorthings"] = {
    name: shown(sensorthings(name, more))
    for name, more in (
        ("Thing", ""), ("Location", "type=PointZ"), ("HistoricalLocation", ""), ("Sensor", ""), ("ObservedProperty", ""),
        ("Datastream", ""), ("Observation", ""), ("FeatureOfInterest", "type=PointZ"),
    )
}  # fmt: skip
whole = sensorthings("Location", "type=PointZ")
told["located"] = [
    ids(whole, box=QgsRectangle(58.53, 23.5, 58.6, 23.7)),
    ids(sensorthings("Location", "type=PointZ", "startswith(name,'R')")),
]
expanded = sensorthings(
    "Location",
    "type=PointZ expandTo='Thing:limit=10;Datastream:limit=10;Observation:orderby=phenomenonTime,desc:limit=1'",
)
told["expanded"] = sorted(str(feature["Thing_Datastream_name"]) for feature in expanded.getFeatures())
sys.stdout.write(json.dumps(told, default=str))
sys.stdout.flush()
# Some versions fall over while they take themselves apart.
os._exit(0)
