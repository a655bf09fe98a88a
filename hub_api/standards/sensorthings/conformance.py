"""Which requirement classes of the standard the service passes: those, and no others, stand at its root."""

from __future__ import annotations

from typing import Final

_ROOT: Final = "http://www.opengis.net/spec/iot_sensing/1.1/req"
#: Of reading.
READING: Final = (
    f"{_ROOT}/datamodel",
    f"{_ROOT}/resource-path/resource-path-to-entities",
    f"{_ROOT}/request-data",
)
#: Of writing.
WRITING: Final = (
    f"{_ROOT}/create-update-delete",
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
