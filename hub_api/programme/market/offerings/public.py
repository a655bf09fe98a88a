"""``/v1/innovation/offerings``: what verified vendors offer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import Field

from casework.taxonomy.model import Capability, ClientKind, Maturity, PriceBand, Sector, Standard
from citycore.language import Language
from hub_api.programme.market.vendors.public import VENDORS
from hub_api.programme.open_data.elements import (
    NO_CELLS,
    Filled,
    From,
    Worded,
    Written,
    both_languages,
    cell_of,
    joined,
)
from hub_api.programme.open_data.lists import OpenList, by_identifier
from hub_api.programme.open_data.shapes import (
    CapabilityCode,
    ClientKindCode,
    Governorate,
    PlainExportQuery,
    PriceBandCode,
    SectorCode,
    StandardCode,
)
from hub_api.serving.lists.model import Element
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema


class OfferingsParameters(PlainExportQuery):
    vendor: Name | None = None
    sector: SectorCode | None = None
    capability: CapabilityCode | None = None
    standard: StandardCode | None = None
    governorate: Governorate | None = None
    maturity_min: Annotated[int, Field(ge=1, le=9)] | None = None
    price_band: PriceBandCode | None = None
    sme: bool | None = None


class CodedSector(Schema):
    code: SectorCode
    name: Names


class CodedCapability(Schema):
    code: CapabilityCode
    name: Names


class CodedStandard(Schema):
    code: StandardCode
    name: Names


def _coded(vocabulary: type[Sector | Capability | Standard], codes: Iterable[str]) -> list[Element]:
    return [{"code": code, "name": both_languages(vocabulary(code).label)} for code in codes]


class ReferenceElement(Schema):
    year: int
    client_kind: ClientKindCode = Field(description="Clients are not named")
    client_kind_name: Annotated[Names, Worded(lambda code: ClientKind(code).label)]
    governorate: Governorate | None = Field(description="null: abroad")
    capability: CapabilityCode
    description: Annotated[Names, Filled("text")] = Field(description="As the vendor says")


class OfferingElement(Schema):
    offering: Annotated[str, From("offering_id")]
    version: Annotated[int, From("number")] = Field(
        description="What was published stays; a change is another version"
    )
    published_at: datetime
    vendor: Annotated[str, From("vendor_id")]
    vendor_name: Annotated[Names, Filled("vendor")]
    sme: Annotated[bool, From("is_sme")]
    written_in: Annotated[list[Language], Written("title")] = Field(
        description="In the other language its names repeat this one"
    )
    name: Annotated[Names, Filled("title")]
    description: Annotated[Names, Filled("summary")]
    sectors: Annotated[
        list[CodedSector], From("sectors", lambda codes: _coded(Sector, codes)), joined("code")
    ]
    capabilities: Annotated[
        list[CodedCapability], From("capabilities", lambda codes: _coded(Capability, codes)), joined("code")
    ]
    standards: Annotated[
        list[CodedStandard], From("standards", lambda codes: _coded(Standard, codes)), joined("code")
    ]
    maturity: int = Field(description="Technology readiness, 1 to 9")
    maturity_name: Annotated[Names, Worded(lambda level: Maturity(level).label), NO_CELLS]
    price_band: PriceBandCode | None = Field(
        description="In Omani rials to start with; null: said on request"
    )
    price_band_name: Annotated[Names | None, Worded(lambda code: PriceBand(code).label), NO_CELLS]
    governorates: list[Governorate] = Field(description="Where it is offered; empty: everywhere")
    languages: list[Language] = Field(description="In which there is support")
    references: Annotated[list[ReferenceElement], cell_of(len, kind="whole", name="reference_count")]
    submission: Annotated[str | None, From("submission_id")] = Field(
        description="What it came out of in a hackathon"
    )
    sha256: str = Field(description="Over the canonical JSON of this version")


OFFERINGS = OpenList(
    name="offerings",
    package="hub_api.programme.market.offerings",
    element=OfferingElement,
    parameters=OfferingsParameters,
    position=by_identifier,
    checks={"vendor": VENDORS.check},
)
router = OFFERINGS.router()
