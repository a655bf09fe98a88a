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
#: All that the service declares; what else it learns is added here.
CONFORMANCE: Final[tuple[str, ...]] = READING
