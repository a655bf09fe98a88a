"""``/v1/innovation/offerings`` and ``/v1/innovation/vendors``: what everybody may know of the marketplace."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hub_api.programme.open_data.market import OFFERINGS, VENDORS
from hub_api.programme.open_data.market_schemas import OfferingList, OfferingsQuery, VendorList, VendorsQuery
from hub_api.programme.open_data.repository import rows_of
from hub_api.programme.open_data.service import check_vendor, listed
from hub_api.serving.formats import PLAIN_FORMATS, documented
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.answer import answer_list

router = APIRouter(prefix="/v1/innovation")
FORMATS = documented(PLAIN_FORMATS)


@router.get("/offerings", operation_id="offerings", response_model=OfferingList, responses=FORMATS)
@router.get("/offerings.{extension}", include_in_schema=False)
async def list_offerings(request: Request, hub: HubHere, query: OfferingsQuery) -> Response:
    filters = query.model_dump(
        include={"sector", "capability", "standard", "governorate", "maturity_min", "price_band", "sme"}
    )
    fetch = rows_of("offerings", filters | {"vendor": await check_vendor(hub, query.vendor)})
    return await answer_list(request, hub, query, listed(request, hub, OFFERINGS, fetch, {}))


@router.get("/vendors", operation_id="vendors", response_model=VendorList, responses=FORMATS)
@router.get("/vendors.{extension}", include_in_schema=False)
async def list_vendors(request: Request, hub: HubHere, query: VendorsQuery) -> Response:
    fetch = rows_of("vendors", query.model_dump(include={"governorate", "sme"}))
    return await answer_list(request, hub, query, listed(request, hub, VENDORS, fetch, {}))
