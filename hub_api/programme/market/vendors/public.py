"""``/v1/innovation/vendors``: companies that were verified and whose papers are valid."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from hub_api.programme.open_data.elements import Filled, From, Worded
from hub_api.programme.open_data.lists import OpenList, by_identifier
from hub_api.programme.open_data.shapes import Governorate, PlainExportQuery, governorate_label
from hub_api.serving.schemas import Names, Schema


class VendorsParameters(PlainExportQuery):
    governorate: Governorate | None = None
    sme: bool | None = None


class VendorElement(Schema):
    vendor: Annotated[str, From("vendor_id")]
    organisation: Annotated[str, From("organisation_id")]
    name: Annotated[Names, Filled()]
    governorate: Governorate
    governorate_name: Annotated[Names, Worded(governorate_label)]
    sme: Annotated[bool, From("is_sme")] = Field(
        description="Whether it has shown the card of a small or medium enterprise"
    )
    profile: Annotated[Names, Filled()]
    website: str | None
    offering_count: int


VENDORS = OpenList(
    name="vendors",
    package="hub_api.programme.market.vendors",
    element=VendorElement,
    parameters=VendorsParameters,
    position=by_identifier,
    noun="vendor",
    has_addresses=False,
)
router = VENDORS.router()
