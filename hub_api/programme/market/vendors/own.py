"""``/v1/innovation/me/vendors``: the vendors that somebody speaks for."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from casework.access_tokens.model import TokenScope
from casework.programme import Session
from hackathon.market.vendors.machine import VENDOR
from hackathon.market.vendors.model import Vendor
from hackathon.market.vendors.service import list_own
from hub_api.programme.open_data.elements import Filled, From, Worded
from hub_api.programme.programs.operations import Operations
from hub_api.programme.programs.schemas import Stateful
from hub_api.serving.schemas import Names

router = APIRouter(prefix="/v1/innovation/me/vendors")
OWN = Operations(router, TokenScope.OFFERINGS_WRITE)


class MyVendorElement(Stateful):
    state_name: Annotated[Names, Worded(partial(VENDOR.label, "state"))]
    vendor: Annotated[UUID, From("vendor_id")]
    organisation: Annotated[UUID, From("organisation_id")]
    name: Annotated[Names, Filled("names")]


@OWN.get("", MyVendorElement)
def my_vendors(session: Session) -> list[Vendor]:
    return list_own(session)
