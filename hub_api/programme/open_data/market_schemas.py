"""The marketplace: parameters and documented answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field, WithJsonSchema

from casework.taxonomy.model import Capability, ClientKind, PriceBand, Sector, Standard
from citycore.language import Language
from hub_api.programme.open_data.schemas import Governorate, InnovationList, PlainExportQuery
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema


def _spelled(vocabulary: Iterable[str]) -> WithJsonSchema:
    """The codes where they are asked for or told, not behind a reference."""
    return WithJsonSchema({"type": "string", "enum": [str(code) for code in vocabulary]})


SectorCode = Annotated[Sector, _spelled(Sector)]
CapabilityCode = Annotated[Capability, _spelled(Capability)]
StandardCode = Annotated[Standard, _spelled(Standard)]
PriceBandCode = Annotated[PriceBand, _spelled(PriceBand)]
ClientKindCode = Annotated[ClientKind, _spelled(ClientKind)]


class VendorsParameters(PlainExportQuery):
    governorate: Governorate | None = None
    sme: bool | None = None


class OfferingsParameters(PlainExportQuery):
    vendor: Name | None = None
    sector: SectorCode | None = None
    capability: CapabilityCode | None = None
    standard: StandardCode | None = None
    governorate: Governorate | None = None
    maturity_min: Annotated[int, Field(ge=1, le=9)] | None = None
    price_band: PriceBandCode | None = None
    sme: bool | None = None


VendorsQuery = Annotated[VendorsParameters, Query()]
OfferingsQuery = Annotated[OfferingsParameters, Query()]


class VendorElement(Schema):
    vendor: str
    organisation: str
    name: Names
    governorate: Governorate
    governorate_name: Names
    sme: bool = Field(description="Whether it has shown the card of a small or medium enterprise")
    profile: Names
    website: str | None
    offering_count: int


class CodedSector(Schema):
    code: SectorCode
    name: Names


class CodedCapability(Schema):
    code: CapabilityCode
    name: Names


class CodedStandard(Schema):
    code: StandardCode
    name: Names


class ReferenceElement(Schema):
    year: int
    client_kind: ClientKindCode = Field(description="Clients are not named")
    client_kind_name: Names
    governorate: Governorate | None = Field(description="null: abroad")
    capability: CapabilityCode
    description: Names = Field(description="As the vendor says")


class OfferingElement(Schema):
    offering: str
    version: int = Field(description="What was published stays; a change is another version")
    published_at: datetime
    vendor: str
    vendor_name: Names
    sme: bool
    written_in: list[Language] = Field(description="In the other language its names repeat this one")
    name: Names
    description: Names
    sectors: list[CodedSector]
    capabilities: list[CodedCapability]
    standards: list[CodedStandard]
    maturity: int = Field(description="Technology readiness, 1 to 9")
    maturity_name: Names
    price_band: PriceBandCode | None = Field(
        description="In Omani rials to start with; null: said on request"
    )
    price_band_name: Names | None
    governorates: list[Governorate] = Field(description="Where it is offered; empty: everywhere")
    languages: list[Language] = Field(description="In which there is support")
    references: list[ReferenceElement]
    submission: str | None = Field(description="What it came out of in a hackathon")
    sha256: str = Field(description="Over the canonical JSON of this version")


class VendorList(InnovationList):
    data: list[VendorElement]


class OfferingList(InnovationList):
    data: list[OfferingElement]
