"""A bill of materials: CycloneDX 1.6 as JSON, of pins. Pure; a test holds it against the standard's own schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from stack.supply.pins import Pin

SPEC_VERSION: Final = "1.6"
#: The hub itself, as its requirements name it.
HUB: Final = "falaj"


def bill_of(
    pins: Sequence[Pin], version: str, licences: Mapping[str, str], at: datetime, serial: UUID
) -> dict[str, Any]:
    """As a value for JSON. ``licences`` are SPDX expressions or names, by ``name@version``; what has none says nothing of it.

    Hashes are those of every file of a version that pip may choose. The hub is the root; packages depend on what their
    pins say that needs them.
    """
    hub = f"pkg:generic/{HUB}@{version}"
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPEC_VERSION}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPEC_VERSION,
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "timestamp": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "lifecycles": [{"phase": "pre-build"}],
            "tools": {"components": [{"type": "application", "name": "falaj sbom", "version": version}]},
            "component": {"type": "application", "bom-ref": hub, "name": HUB, "version": version, "purl": hub}
            | _licences("Apache-2.0"),
        },
        "components": [_component(pin, licences.get(f"{pin.name}@{pin.version}")) for pin in pins],
        "dependencies": [
            {"ref": hub, "dependsOn": _needed(HUB, pins)},
            *({"ref": pin.purl, "dependsOn": _needed(pin.name, pins)} for pin in pins),
        ],
    }


def _component(pin: Pin, licence: str | None) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": pin.purl,
        "name": pin.name,
        "version": str(pin.version),
        "purl": pin.purl,
        "hashes": [{"alg": "SHA-256", "content": one} for one in pin.hashes],
    }
    if licence is not None:
        component |= _licences(licence)
    if pin.marker:
        component["properties"] = [{"name": "falaj:marker", "value": pin.marker}]
    return component


def _licences(licence: str) -> dict[str, Any]:
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        return {"licenses": [{"expression": canonicalize_license_expression(licence)}]}
    except InvalidLicenseExpression:
        return {"licenses": [{"license": {"name": licence}}]}


def _needed(name: str, pins: Sequence[Pin]) -> list[str]:
    """What somebody needs; two versions of a package where markers choose between them."""
    return sorted(pin.purl for pin in pins if name in pin.needed_by)
