"""``/v1/participation/voices``: what was said and what became of it, in numbers alone."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from casework.governorates.model import Governorate
from casework.workflow.wording import Label
from citycore.store.queries import load_queries
from hub_api.programme.open_data.elements import Filled, From, Worded
from hub_api.programme.open_data.lists import PARTICIPATION, OpenList, by_parts, identifier_in
from hub_api.programme.open_data.shapes import OneOf, PlainExportQuery
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema
from participation.voices.model import PACKAGE, UNKNOWN, Kind

KindCode = Annotated[str, OneOf(Kind)]
PlaceCode = Annotated[str, OneOf((*Governorate, UNKNOWN))]
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
QUERIES = load_queries("hub_api.programme.participation.voices")
_HIDDEN = "null: hidden in the release"


def _place(code: str) -> Label:
    return Label(PACKAGE, "place.unknown") if code == UNKNOWN else Governorate(code).label


class VoicesParameters(PlainExportQuery):
    month: Month | None = None
    organisation: Name | None = None
    kind: KindCode | None = None
    governorate: PlaceCode | None = None


class VoiceFiguresElement(Schema):
    month: str = Field(description="In which it was received, in Muscat: YYYY-MM")
    organisation: Annotated[str, From("organisation_id")]
    kind: KindCode
    kind_name: Annotated[Names, Worded(lambda kind: Kind(kind).label)]
    governorate: PlaceCode = Field(description="ISO 3166-2:OM; unknown where nobody has said it")
    governorate_name: Annotated[Names, Worded(_place)]
    organisation_name: Annotated[Names, Filled("organisation")]
    release: Annotated[str, From("release_id")] = Field(
        description="Of which it is a row: how many were raised, how long answers took and how people rated them are its figures"
    )
    received: int | None = Field(description=_HIDDEN)
    put_right: int | None = Field(
        description=f"Answered as put right, with evidence. {_HIDDEN}, or not answered one by one"
    )
    not_put_right: int | None = Field(
        description=f"Answered, and not put right. {_HIDDEN}, or not answered one by one"
    )
    still_open: int | None = Field(description=f"When it was released. {_HIDDEN}, or not answered one by one")


VOICES = OpenList(
    name="voices",
    package="hub_api.programme.participation.voices",
    prefix=PARTICIPATION,
    element=VoiceFiguresElement,
    parameters=VoicesParameters,
    position=by_parts(month=str, organisation=identifier_in, kind=str, governorate=str),
    key_columns=4,
    version=QUERIES["version"],
)
router = VOICES.router()
