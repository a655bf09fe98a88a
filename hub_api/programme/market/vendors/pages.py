"""``/portal/vendors``: a vendor for everybody, and a paper for whoever may see it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.market.offerings.catalogue import list_listed, today
from hackathon.market.offerings.model import Filters, Place
from hackathon.market.vendors import documents, service
from hub_api.programme.kit.pages import Page, SavedFile, anybody, download, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.market.offerings.words import vocabulary as offering_words
from hub_api.programme.market.vendors.words import vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)


def look(session: Session, request: PortalRequest, vendor_id: UUID) -> dict[str, Any]:
    vendor, place = (
        service.get_listed(session, vendor_id),
        Place(today(session).day, request.query_id("after")),
    )
    listed, onward = list_listed(session, Filters(vendor_id=vendor_id), place)
    return {
        "title": vendor.names.shown(request.language),
        "vendor": vendor,
        "listed": listed,
        "onward": onward,
    }


Page(
    router,
    "/vendors/{vendor_id}",
    "market/vendors/show.html",
    look,
    guard=anybody,
    here="marketplace",
    tab="offerings",
    vocabulary=lambda request: vocabulary(request) | offering_words(request),
)


def open_paper(session: Session, vendor_id: UUID, document_id: UUID) -> SavedFile:
    document, path = documents.open_file(session, vendor_id, document_id)
    return SavedFile(path, document.name, document.media_type)


download(router, "/vendors/{vendor_id}/documents/{document_id}", signed_in, open_paper)
