"""``/portal/vendors``: a vendor for everybody, and a paper for whoever may see it."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from hackathon.market.offerings.catalogue import list_listed, today
from hackathon.market.offerings.model import Filters, Listed, Place
from hackathon.market.vendors.documents import open_file
from hackathon.market.vendors.model import Vendor
from hackathon.market.vendors.service import get_listed
from hub_api.programme.kit.attachment import attachment
from hub_api.programme.kit.rendering import render_page
from hub_api.programme.kit.request import CurrentRequest
from hub_api.programme.market.offerings.words import vocabulary as offering_words
from hub_api.programme.market.vendors.words import vocabulary

router = APIRouter(prefix="/portal/vendors", include_in_schema=False)


@router.get("/{vendor_id}")
async def show_vendor(request: CurrentRequest, vendor_id: UUID, after: UUID | None = None) -> Response:
    settings, clock = request.office.settings.offerings, request.office.clock
    place = Place(today(clock).day, after)

    def work(session: Session) -> tuple[Vendor, list[Listed]]:
        vendor = get_listed(session, vendor_id)
        return vendor, list_listed(session.connection, Filters(vendor_id=vendor_id), place, settings)

    vendor, listed = await request.act(work)
    is_full = len(listed) == settings.page_rows_max
    return render_page(
        request,
        "market/vendors/show.html",
        title=vendor.names.shown(request.language),
        here="marketplace",
        tab="offerings",
        vendor=vendor,
        listed=listed,
        onward=listed[-1].offering_id if is_full else None,
        **{**vocabulary(request), **offering_words(request)},
    )


@router.get("/{vendor_id}/documents/{document_id}")
async def download(request: CurrentRequest, vendor_id: UUID, document_id: UUID) -> Response:
    _ = request.person
    document, path = await request.act(lambda session: open_file(session, vendor_id, document_id))
    return attachment(path, document.name, document.media_type)
