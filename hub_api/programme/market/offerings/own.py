"""``/v1/innovation/me/offerings``: what a vendor offers."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from casework.access_tokens.model import TokenScope
from casework.governorates.model import Governorate
from casework.programme import Session
from casework.taxonomy.model import Capability, ClientKind, Maturity, PriceBand, Sector, Standard
from citycore.language import Language
from hackathon.market.offerings import service
from hackathon.market.offerings.machine import OFFERING
from hackathon.market.offerings.model import Content, Reference
from hackathon.market.offerings.settings import OfferingSettings
from hub_api.programme.open_data.elements import From, Worded
from hub_api.programme.programs.operations import Operations, Result
from hub_api.programme.programs.schemas import Sent, Stateful
from hub_api.programme.programs.values import WHOLE, Most, Text
from hub_api.serving.schemas import Names, Schema

#: Nothing like it is a list of codes; a service says which limit it is over.
CODES_MAX = 100
EXAMPLE = {
    "title_en": "Smart street lighting",
    "summary_en": "Lamps that dim when the road is empty.",
    "sectors": ["energy"],
    "capabilities": ["smart_lighting"],
    "standards": ["mqtt"],
    "maturity": 8,
    "price_band": "25k_100k",
    "governorates": ["OM-MA"],
    "languages": ["en", "ar"],
    "references": [
        {
            "client_kind": "municipality",
            "governorate": "OM-MA",
            "capability": "smart_lighting",
            "year": 2024,
            "text_en": "2,000 lamps",
        }
    ],
}
router = APIRouter(prefix="/v1/innovation/me")
OWN = Operations(router, TokenScope.OFFERINGS_WRITE)


Title = Annotated[Text, Most(OfferingSettings, "title_characters_max")]
Summary = Annotated[Text, Most(OfferingSettings, "summary_characters_max")]
ReferenceText = Annotated[Text, Most(OfferingSettings, "reference_characters_max")]


class ReferenceSent(Sent):
    client_kind: ClientKind = Field(description="Do not name the client")
    governorate: Governorate | None = Field(default=None, description="null: abroad")
    capability: Capability
    year: Annotated[int, Field(strict=True, ge=1900, le=9999), WHOLE]
    text_ar: ReferenceText = ""
    text_en: ReferenceText = ""


class OfferingSent(Sent):
    """A draft may lack things; to hand it in it may not."""

    title_ar: Title = ""
    title_en: Title = ""
    summary_ar: Summary = ""
    summary_en: Summary = ""
    sectors: tuple[Sector, ...] = Field(default_factory=tuple, max_length=CODES_MAX)
    capabilities: tuple[Capability, ...] = Field(default_factory=tuple, max_length=CODES_MAX)
    standards: tuple[Standard, ...] = Field(default_factory=tuple, max_length=CODES_MAX)
    maturity: Maturity | None = Field(default=None, description="Technology readiness, 1 to 9")
    price_band: PriceBand | None = Field(default=None, description="null: said on request")
    governorates: tuple[Governorate, ...] = Field(
        default_factory=tuple, max_length=CODES_MAX, description="Empty: everywhere"
    )
    languages: tuple[Language, ...] = Field(
        default_factory=tuple, max_length=CODES_MAX, description="Of support"
    )
    references: tuple[ReferenceSent, ...] = Field(default_factory=tuple, max_length=CODES_MAX)

    @property
    def content(self) -> Content:
        return self.value(Content, references=tuple(each.value(Reference) for each in self.references))


class OfferingStep(Sent):
    event: Literal["hand_in", "take_back", "pause", "resume"]


class OptionalNames(Schema):
    en: str | None
    ar: str | None


class OfferingFacts(Stateful):
    state_name: Annotated[Names, Worded(partial(OFFERING.label, "state"))]
    offering: Annotated[UUID, From("offering_id")]
    vendor: Annotated[UUID, From("vendor_id")]
    published: int | None = Field(description="The number of the version that is public")


class MyOfferingElement(OfferingFacts):
    name: OptionalNames


class OneOfferingElement(OfferingFacts):
    draft: OfferingSent | None = Field(description="What is written and not yet published")


@OWN.get("/vendors/{vendor}/offerings", MyOfferingElement)
def my_offerings(session: Session, vendor: UUID, after: UUID | None) -> tuple[list[Result], UUID | None]:
    found, onward = service.list_of_vendor(session, vendor, after)
    return [Result(each.offering, name=each.titles) for each in found], onward


@OWN.get("/offerings/{offering}", OneOfferingElement)
def my_offering(session: Session, offering: UUID) -> Result:
    found = service.get_own(session, offering)
    return Result(found, found.version)


@OWN.post("/vendors/{vendor}/offerings", my_offering, EXAMPLE)
def begin_offering(session: Session, vendor: UUID, sent: OfferingSent) -> UUID:
    return service.begin(session, vendor, sent.content)


@OWN.put("/offerings/{offering}/draft", my_offering, EXAMPLE)
def write_offering(session: Session, offering: UUID, sent: OfferingSent, seen: int) -> None:
    service.get_own(session, offering)
    service.write(session, offering, sent.content, seen)


@OWN.post("/offerings/{offering}/steps", my_offering, {"event": "hand_in"})
def step_offering(session: Session, offering: UUID, sent: OfferingStep, seen: int) -> None:
    service.get_own(session, offering)
    service.move(session, offering, sent.event, seen)
