"""``/v1/innovation/ambassadors``: those who agreed to be seen."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from hub_api.programme.open_data.elements import Filled, From, Worded
from hub_api.programme.open_data.lists import OpenList, by_identifier
from hub_api.programme.open_data.shapes import Governorate, PlainExportQuery, governorate_label
from hub_api.serving.schemas import Names, Schema


class AmbassadorsParameters(PlainExportQuery):
    governorate: Governorate | None = None


class AmbassadorElement(Schema):
    ambassador: Annotated[str, From("ambassador_id")]
    name: Annotated[Names, Filled()]
    governorate: Governorate
    governorate_name: Annotated[Names, Worded(governorate_label)]
    biography: Annotated[Names | None, Filled()]
    emeritus: Annotated[bool, From("is_emeritus")] = Field(description="Whether the last term has ended")


router = OpenList(
    name="ambassadors",
    package="hub_api.programme.outreach.ambassadors",
    element=AmbassadorElement,
    parameters=AmbassadorsParameters,
    position=by_identifier,
).router()
