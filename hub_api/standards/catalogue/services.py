"""The services through which the hub answers, in one table: the catalogue names those that this hub has."""

from __future__ import annotations

from collections.abc import Iterable

from hub_api.standards.catalogue.model import Service

#: Its own interface, which every dataset is served by.
NATIVE = Service(
    slug="native",
    root="/v1",
    conforms_to=("https://spec.openapis.org/oas/v3.1.0",),
    described_by="/openapi.json",
    media_type="application/vnd.oai.openapi+json;version=3.1",
)
SERVICES: tuple[Service, ...] = (
    NATIVE,
    Service(
        slug="sensorthings",
        root="/sta/v1.1",
        conforms_to=("http://www.opengis.net/spec/iot_sensing/1.1",),
        described_by="/sta/v1.1",
        media_type="application/json",
    ),
    Service(
        slug="ogc",
        root="/ogc",
        conforms_to=(
            "http://www.opengis.net/spec/ogcapi-features-1/1.0",
            "http://www.opengis.net/spec/ogcapi-edr-1/1.1",
        ),
        described_by="/ogc/api",
        media_type="application/vnd.oai.openapi+json;version=3.0",
    ),
    Service(
        slug="gtfs-realtime",
        root="/gtfs-rt",
        conforms_to=("https://gtfs.org/documentation/realtime/reference/",),
        described_by="/gtfs-rt",
        media_type="application/json",
    ),
    Service(
        slug="ngsi-ld",
        root="/ngsi-ld/v1",
        conforms_to=("https://www.etsi.org/deliver/etsi_gs/CIM/001_099/009/",),
        described_by="/ngsi-ld/v1/types",
        media_type="application/json",
    ),
    Service(
        slug="open311",
        root="/open311/v2",
        conforms_to=("http://wiki.open311.org/GeoReport_v2",),
        described_by="/open311/discovery.json",
        media_type="application/json",
    ),
    Service(
        slug="common-grants",
        root="/v1/innovation/common-grants",
        conforms_to=("https://commongrants.org",),
        described_by="/openapi.json",
        media_type="application/vnd.oai.openapi+json;version=3.1",
    ),
    Service(
        slug="360giving",
        root="/v1/innovation/360giving",
        conforms_to=("https://standard.threesixtygiving.org",),
        described_by="/openapi.json",
        media_type="application/vnd.oai.openapi+json;version=3.1",
    ),
)


def served(paths: Iterable[str]) -> tuple[Service, ...]:
    """Those of the table that one of the hub's paths belongs to."""
    known = tuple(paths)
    return tuple(
        one for one in SERVICES if any(path == one.root or path.startswith(f"{one.root}/") for path in known)
    )
