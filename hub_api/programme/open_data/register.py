"""The register of awards, as elements of answers and in the shape of the 360Giving Data Standard.

Source of the shape: 360Giving Data Standard 1.4, grant and package; its identifiers of organisations and grants begin with
a prefix that a publisher registers, which the setting ``publisher_prefix`` names.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from casework.governorates.model import Governorate
from casework.money.model import Money
from casework.money.rules import plain
from citycore.clock import CITY_ZONE
from hackathon.funding.awards.machine import AWARD
from hub_api.programme.open_data.rules import both_languages, organisation_name
from hub_api.serving.database import Row
from hub_api.serving.lists.model import Column, Element, Listing, columns, name_columns
from hub_api.serving.shapes import names


def award_element(row: Row) -> Element:
    award_id, state, title_en, title_ar, abstract_en, abstract_ar, currency, amount, paid, *rest = row
    starts_on, ends_on, contracted_on, governorate, call, call_en, call_ar, *rest = rest
    recipient, funder, submission_id, awarded_at, changed_at = rest[:4], rest[4:8], *rest[8:]
    return {
        "funding_award": str(award_id),
        "name": names(title_en, title_ar),
        "description": names(abstract_en, abstract_ar),
        "state": state,
        "state_name": both_languages(AWARD.label("state", state)),
        "currency": currency,
        "amount": plain(Money(amount, currency)),
        "paid": plain(Money(paid, currency)),
        "first_date": starts_on.isoformat(),
        "last_date": (ends_on - timedelta(days=1)).isoformat(),
        "contract_date": None if contracted_on is None else contracted_on.isoformat(),
        "governorate": governorate,
        "governorate_name": both_languages(Governorate(governorate).label),
        "call": call,
        "call_name": names(call_en, call_ar),
        "recipient": None if recipient[1] is None else organisation_name(*recipient),
        "funder": None if funder[1] is None else organisation_name(*funder),
        "submission": None if submission_id is None else str(submission_id),
        "awarded_at": awarded_at,
        "changed_at": changed_at,
    }


def grant_element(row: Row, prefix: str, hub_url: str) -> Element:
    """One grant; amounts are numbers there, and written as decimals exactly."""
    award = award_element(row)
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


FUNDING_AWARDS = Listing(
    name="funding_awards",
    key=lambda row: str(row[0]),
    key_type=str,
    element=lambda row, _: award_element(row),
    columns=(
        *columns("text", "funding_award"),
        *name_columns("name"),
        *name_columns("description"),
        *columns("text", "state"),
        *name_columns("state_name"),
        *columns("text", "currency", "amount", "paid"),
        *columns("text", "first_date", "last_date", "contract_date"),
        *columns("text", "governorate"),
        *name_columns("governorate_name"),
        *columns("text", "call"),
        *name_columns("call_name"),
        Column("recipient", "text", ("recipient", "organisation")),
        *(
            Column(f"recipient_name_{language}", "text", ("recipient", "name", language))
            for language in ("en", "ar")
        ),
        Column("funder", "text", ("funder", "organisation")),
        *(
            Column(f"funder_name_{language}", "text", ("funder", "name", language))
            for language in ("en", "ar")
        ),
        *columns("text", "submission"),
        *columns("instant", "awarded_at", "changed_at"),
    ),
)
