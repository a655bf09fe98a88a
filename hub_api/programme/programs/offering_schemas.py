"""What vendors' programs send and are answered about offerings."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from casework.governorates.model import Governorate
from casework.taxonomy.model import Capability, ClientKind, Maturity, PriceBand, Sector, Standard
from citycore.language import Language
from citycore.store.kinds import json_of
from hackathon.market.offerings.machine import OFFERING
from hackathon.market.offerings.model import Content, Offering, Reference
from hackathon.market.vendors.machine import VENDOR
from hackathon.market.vendors.model import Vendor
from hub_api.programme.open_data.elements import filled_names
from hub_api.programme.programs.elements import stateful
from hub_api.programme.programs.schemas import Sent, Stateful, Text
from hub_api.serving.schemas import Names, Schema

#: Nothing like it is a list of codes; a service says which limit it is over.
CODES_MAX = 100


class ReferenceSent(Sent):
    client_kind: ClientKind = Field(description="Do not name the client")
    governorate: Governorate | None = Field(default=None, description="null: abroad")
    capability: Capability
    year: Annotated[int, Field(ge=1900, le=9999)]
    text_ar: Text = ""
    text_en: Text = ""


class OfferingSent(Sent):
    """A draft may lack things; to hand it in it may not."""

    title_ar: Text = ""
    title_en: Text = ""
    summary_ar: Text = ""
    summary_en: Text = ""
    sectors: Annotated[list[Sector], Field(max_length=CODES_MAX)] = Field(default_factory=list)
    capabilities: Annotated[list[Capability], Field(max_length=CODES_MAX)] = Field(default_factory=list)
    standards: Annotated[list[Standard], Field(max_length=CODES_MAX)] = Field(default_factory=list)
    maturity: Maturity | None = Field(default=None, description="Technology readiness, 1 to 9")
    price_band: PriceBand | None = Field(default=None, description="null: said on request")
    governorates: Annotated[list[Governorate], Field(max_length=CODES_MAX)] = Field(
        default_factory=list, description="Empty: everywhere"
    )
    languages: Annotated[list[Language], Field(max_length=CODES_MAX)] = Field(
        default_factory=list, description="Of support"
    )
    references: Annotated[list[ReferenceSent], Field(max_length=CODES_MAX)] = Field(default_factory=list)


class OfferingStep(Sent):
    event: Literal["hand_in", "take_back", "pause", "resume"]


class MyVendorElement(Stateful):
    vendor: UUID
    organisation: UUID
    name: Names


class OptionalNames(Schema):
    en: str | None
    ar: str | None


class OfferingFacts(Stateful):
    offering: UUID
    vendor: UUID
    published: int | None = Field(description="The number of the version that is public")


class MyOfferingElement(OfferingFacts):
    name: OptionalNames


class OneOfferingElement(OfferingFacts):
    draft: OfferingSent | None = Field(description="What is written and not yet published")


def content_of(sent: OfferingSent) -> Content:
    return Content(
        title_ar=sent.title_ar,
        title_en=sent.title_en,
        summary_ar=sent.summary_ar,
        summary_en=sent.summary_en,
        sectors=tuple(sent.sectors),
        capabilities=tuple(sent.capabilities),
        standards=tuple(sent.standards),
        maturity=sent.maturity,
        price_band=sent.price_band,
        governorates=tuple(sent.governorates),
        languages=tuple(sent.languages),
        references=tuple(_reference(one) for one in sent.references),
    )


def vendor_element(vendor: Vendor) -> dict[str, Any]:
    return {
        "vendor": str(vendor.vendor_id),
        "organisation": str(vendor.organisation_id),
        "name": filled_names(vendor.names.en, vendor.names.ar),
        **stateful(VENDOR, vendor.state, vendor.state_reason, vendor.version),
    }


def offering_element(one: Offering) -> dict[str, Any]:
    return {
        "offering": str(one.offering_id),
        "vendor": str(one.vendor_id),
        "published": one.published,
        **stateful(OFFERING, one.state, one.state_reason, one.version),
    }


def one_offering_element(one: Offering) -> dict[str, Any]:
    return offering_element(one) | {"draft": None if one.draft is None else json_of(one.draft)}


def _reference(sent: ReferenceSent) -> Reference:
    return Reference(
        sent.client_kind, sent.governorate, sent.capability, sent.year, sent.text_ar, sent.text_en
    )
