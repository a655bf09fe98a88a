"""``/v1/innovation/360giving``: the register of awards in the shape of the 360Giving Data Standard.

Source of the shape: 360Giving Data Standard 1.4, grant and package; its identifiers of organisations and grants begin with
a prefix that a publisher registers, which the setting ``publisher_prefix`` names.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from fastapi import APIRouter, Request, Response

from citycore.clock import CITY_ZONE
from hub_api.programme.funding.awards.public import FUNDING_AWARDS
from hub_api.programme.open_data.lists import PREFIX, answer_whole, licence_here, settings_of
from hub_api.serving.database import Row
from hub_api.serving.errors import QueryTooDear
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.model import Element
from hub_api.serving.pages.layout import base_url
from hub_api.serving.parameters import NoParameters
from hub_api.serving.schemas import Schema

router = APIRouter(prefix=PREFIX)


class GrantPackage(Schema):
    """The 360Giving shape; its grants are described by that standard."""

    publisher: dict[str, str]
    license: str
    license_name: str
    grants: list[dict[str, object]]


@router.get("/360giving", operation_id="grants", response_model=GrantPackage)
async def send_grants(request: Request, hub: HubHere, _: NoParameters) -> Response:
    """All awards at once, as that standard's files are."""
    settings = settings_of(request)
    rows = await FUNDING_AWARDS.rows({})(hub.database, None, settings.grants_max + 1)
    if len(rows) > settings.grants_max:
        raise QueryTooDear(reason="awards", estimated=len(rows), maximum=settings.grants_max)
    content = package(rows, settings.publisher_prefix, base_url(request), licence_here(request))
    return answer_whole(request, hub, content, content)


def grant_element(row: Row, prefix: str, hub_url: str) -> Element:
    """One grant; amounts are numbers there, and written as decimals exactly."""
    award = FUNDING_AWARDS.make(row)
    return {
        "id": f"{prefix}-{award['funding_award']}",
        "title": award["name"]["en"],
        "description": award["description"]["en"] or award["name"]["en"],
        "currency": award["currency"],
        "amountAwarded": _number(award["amount"]),
        "amountDisbursed": _number(award["paid"]),
        "awardDate": _day(award["awarded_at"]),
        "plannedDates": [{"startDate": award["first_date"], "endDate": award["last_date"]}],
        **_recipient(award["recipient"], prefix, award["funding_award"]),
        "fundingOrganization": [_organisation(award["funder"], prefix)],
        "grantProgramme": [{"code": award["call"], "title": award["call_name"]["en"]}],
        "beneficiaryLocation": [
            {
                "name": award["governorate_name"]["en"],
                "geoCode": award["governorate"],
                "geoCodeType": "ISO3166-2",
                "countryCode": "OM",
            }
        ],
        "dataSource": f"{hub_url}/v1/innovation/funding-awards/{award['funding_award']}",
        "dateModified": award["changed_at"],
        "_title_ar": award["name"]["ar"],
        "_description_ar": award["description"]["ar"],
    }


def package(rows: Sequence[Row], prefix: str, hub_url: str, licence: Element) -> Element:
    """All grants with who publishes them and under which licence."""
    return {
        "publisher": {"name": "Falaj", "prefix": prefix, "website": hub_url},
        "license": licence["url"],
        "license_name": licence["name"]["en"],
        "grants": [grant_element(row, prefix, hub_url) for row in rows],
    }


def _number(text: str) -> float:
    # The standard asks for a JSON number; 17 significant digits hold every amount that a call may have.
    return float(text)


def _day(instant: datetime) -> date:
    """The city's day."""
    return instant.astimezone(CITY_ZONE).date()


def _recipient(recipient: Element | None, prefix: str, award: str) -> Element:
    if recipient is None:
        return {"recipientIndividual": [{"id": f"{prefix}-IND-{award}", "name": "Individual recipient"}]}
    return {"recipientOrganization": [_organisation(recipient, prefix)]}


def _organisation(organisation: Element | None, prefix: str) -> Element:
    if organisation is None:
        return {"id": f"{prefix}-PROGRAMME", "name": "Falaj innovation programme"}
    named = organisation["name"]
    return {"id": f"{prefix}-ORG-{organisation['organisation']}", "name": named["en"] or named["ar"]}
