"""Shapes that several open lists of the programme share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core.core_schema import CoreSchema, literal_schema

from casework.governorates import model as governorates
from casework.money.model import CURRENCIES
from casework.organisations import model as organisations
from casework.taxonomy.model import Capability, ClientKind, PriceBand, Sector, Standard
from casework.workflow.wording import Label
from hub_api.programme.open_data.elements import Filled, From
from hub_api.serving.formats import PlainFormat
from hub_api.serving.lists.model import Element
from hub_api.serving.parameters import ExportQuery
from hub_api.serving.schemas import Licence, Meta, Names, Schema


@dataclass(frozen=True, slots=True)
class OneOf:
    """A code of a vocabulary, as text."""

    vocabulary: Iterable[str]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return literal_schema([str(code) for code in self.vocabulary])


Kind = Annotated[str, OneOf(organisations.Kind)]
#: ISO 3166-2:OM.
Governorate = Annotated[str, OneOf(governorates.Governorate)]
SectorCode = Annotated[str, OneOf(Sector)]
CapabilityCode = Annotated[str, OneOf(Capability)]
StandardCode = Annotated[str, OneOf(Standard)]
PriceBandCode = Annotated[str, OneOf(PriceBand)]
ClientKindCode = Annotated[str, OneOf(ClientKind)]
Currency = Annotated[str, OneOf(CURRENCIES)]
Amount = Annotated[
    str, Field(pattern=r"^\d+(\.\d+)?$", description="A decimal number with the currency's decimals")
]


def governorate_label(code: str) -> Label:
    return governorates.Governorate(code).label


class PlainExportQuery(ExportQuery):
    """In every format but those of places."""

    f: PlainFormat | None = None


class Extension(Schema):
    previous: datetime
    instant: datetime
    extended_at: datetime
    reason: str
    reason_name: Names


class DeadlineDate(Schema):
    deadline: str
    name: Names
    instant: datetime = Field(description="Half-open: what closes then is still open just before")
    zone: str = Field(description="In which it was announced")
    extensions: list[Extension] = Field(description="Oldest first")


class WeighedElement(Schema):
    criterion: Annotated[str, From("code")]
    name: Names
    weight: float = Field(description="In percent; the weights sum to 100")
    may_be_not_applicable: bool


def weights_text(criteria: Iterable[Element]) -> str:
    """Criteria in one cell of a table."""
    return "; ".join(f"{each['criterion']} {each['weight']:g}" for each in criteria)


class OrganisationName(Schema):
    organisation: Annotated[str, From("id")]
    kind: Kind
    name: Annotated[Names, Filled()]


class InnovationMeta(Meta):
    """Nothing is observed here: ``newest_phenomenon_time`` and ``age_seconds`` are null."""

    licence: Licence


class InnovationList(Schema):
    next: str | None = Field(description="Pass back as cursor= for the next page; null on the last")
    meta: InnovationMeta
