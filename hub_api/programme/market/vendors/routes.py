"""``/portal/vendors``: a vendor for everybody, and a paper for whoever may see it."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from citycore.store.connections import Connection
from hackathon.market.offerings.catalogue import list_listed, today
from hackathon.market.offerings.model import Filters, Listed, Place
from hackathon.market.vendors.documents import open_file
from hackathon.market.vendors.model import Vendor
from hackathon.market.vendors.service import get_listed
from hub_api.programme.kit.attachment import attachment
from hub_api.programme.kit.frame import page
from hub_api.programme.kit.visit import VisitHere
from hub_api.programme.market.offerings.words import vocabulary as offering_words
from hub_api.programme.market.vendors.words import vocabulary

router = APIRouter(prefix="/portal/vendors", include_in_schema=False)


@router.get("/{vendor_id}")
async def show_vendor(visit: VisitHere, vendor_id: UUID, after: UUID | None = None) -> Response:
    settings, clock = visit.office.settings.offerings, visit.office.clock
    place = Place(today(clock).day, after)

    def work(connection: Connection) -> tuple[Vendor, list[Listed]]:
        vendor = get_listed(connection, vendor_id)
        return vendor, list_listed(connection, Filters(vendor_id=vendor_id), place, settings)

    vendor, listed = await visit.do(work)
    is_full = len(listed) == settings.page_rows_max
    return page(
        visit,
        "market/vendors/show.html",
        title=vendor.names.shown(visit.language),
        here="marketplace",
        tab="offerings",
        vendor=vendor,
        listed=listed,
        onward=listed[-1].offering_id if is_full else None,
        **{**vocabulary(visit), **offering_words(visit)},
    )


@router.get("/{vendor_id}/documents/{document_id}")
async def download(visit: VisitHere, vendor_id: UUID, document_id: UUID) -> Response:
    _, settings = visit.person, visit.office.settings.vendors
    document, path = await visit.do(
        lambda connection: open_file(
            connection, vendor_id, document_id, visit.actor, visit.office.clock, settings
        )
    )
    return attachment(path, document.name, document.media_type)
