"""Which requirements of the standard the service passes: those, and no others, stand at its root.

Each class is followed by its requirements, under the names that OGC 18-088 gives them: some clients and suites look for the one,
some for the other.
"""

from __future__ import annotations

from typing import Final

_ROOT: Final = "http://www.opengis.net/spec/iot_sensing/1.1/req"


def _class(name: str, *requirements: str) -> tuple[str, ...]:
    return (f"{_ROOT}/{name}", *(f"{_ROOT}/{name}/{each}" for each in requirements))


_ENTITIES: Final = (
    "thing",
    "location",
    "historical-location",
    "datastream",
    "sensor",
    "observed-property",
    "observation",
    "feature-of-interest",
)
#: Of reading.
READING: Final = (
    *_class(
        "datamodel",
        "entity-control-information/common-control-information",
        *(f"{entity}/{of}" for entity in _ENTITIES for of in ("properties", "relations")),
    ),
    f"{_ROOT}/resource-path/resource-path-to-entities",
    *_class(
        "request-data",
        "status-code",
        "query-status-code",
        "order",
        "expand",
        "select",
        "orderby",
        "top",
        "skip",
        "count",
        "filter",
        "built-in-filter-operations",
        "built-in-query-functions",
        "pagination",
    ),
)
#: Of writing.
WRITING: Final = (
    *_class(
        "create-update-delete",
        "create-entity",
        "link-to-existing-entities",
        "deep-insert",
        "deep-insert-status-code",
        "update-entity",
        "update-entity-put",
        "update-entity-jsonpatch",
        "delete-entity",
        "historical-location-auto-creation",
        "historical-location-manual-creation",
    ),
    f"{_ROOT}/batch-request/batch-request",
    f"{_ROOT}/data-array/data-array",
)
#: Where the endpoint of MQTT is on.
MQTT: Final = (
    f"{_ROOT}/create-observations-via-mqtt/observations-creation",
    f"{_ROOT}/receive-updates-via-mqtt/receive-updates",
)
#: All that the service declares; what else it learns is added here.
CONFORMANCE: Final[tuple[str, ...]] = (*READING, *WRITING)
