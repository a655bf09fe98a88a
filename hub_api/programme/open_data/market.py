"""Verified vendors and what they offer, as elements of answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from casework.governorates.model import Governorate
from casework.taxonomy.model import Capability, ClientKind, Maturity, PriceBand, Sector, Standard
from citycore.language import LANGUAGES
from hub_api.programme.open_data.rules import both_languages, filled_names
from hub_api.serving.database import Row
from hub_api.serving.lists.model import Element, Listing, columns, name_columns

#: Two of several in one cell of a table.
SEPARATOR = " "


def vendor_element(row: Row) -> Element:
    (
        vendor_id,
        organisation_id,
        name_en,
        name_ar,
        governorate,
        is_sme,
        profile_en,
        profile_ar,
        website,
        offerings,
    ) = row
    return {
        "vendor": str(vendor_id),
        "organisation": str(organisation_id),
        "name": filled_names(name_en, name_ar),
        "governorate": governorate,
        "governorate_name": both_languages(Governorate(governorate).label),
        "sme": is_sme,
        "profile": filled_names(profile_en, profile_ar),
        "website": website,
        "offering_count": offerings,
    }


def offering_element(row: Row) -> Element:
    offering_id, vendor_id, vendor_en, vendor_ar, is_sme, submission_id, number, published_at, *rest = row
    title_en, title_ar, summary_en, summary_ar, sectors, capabilities, standards, *more = rest
    maturity, price_band, governorates, languages, references, sha256 = more
    return {
        "offering": str(offering_id),
        "version": number,
        "published_at": published_at,
        "vendor": str(vendor_id),
        "vendor_name": filled_names(vendor_en, vendor_ar),
        "sme": is_sme,
        "written_in": [language for language in LANGUAGES if (title_en if language == "en" else title_ar)],
        "name": filled_names(title_en, title_ar),
        "description": filled_names(summary_en, summary_ar),
        "sectors": [_coded(Sector(code)) for code in sectors],
        "capabilities": [_coded(Capability(code)) for code in capabilities],
        "standards": [_coded(Standard(code)) for code in standards],
        "maturity": maturity,
        "maturity_name": both_languages(Maturity(maturity).label),
        "price_band": price_band,
        "price_band_name": None if price_band is None else both_languages(PriceBand(price_band).label),
        "governorates": governorates,
        "languages": languages,
        "references": [_reference(one) for one in references],
        "submission": None if submission_id is None else str(submission_id),
        "sha256": sha256,
    }


def _coded(code: Sector | Capability | Standard) -> Element:
    return {"code": code.value, "name": both_languages(code.label)}


def _reference(document: Mapping[str, Any]) -> Element:
    return {
        "year": document["year"],
        "client_kind": document["client_kind"],
        "client_kind_name": both_languages(ClientKind(document["client_kind"]).label),
        "governorate": document["governorate"],
        "capability": document["capability"],
        "description": filled_names(document["text_en"], document["text_ar"]),
    }


def _flat(element: Element) -> list[Element]:
    """A row of a table: codes in one cell each, and how many references there are."""
    codes = {
        name: _joined(one["code"] for one in element[name])
        for name in ("sectors", "capabilities", "standards")
    }
    lists = {name: _joined(element[name]) for name in ("governorates", "languages", "written_in")}
    return [element | codes | lists | {"reference_count": len(element["references"])}]


def _joined(codes: Iterable[str]) -> str:
    return SEPARATOR.join(codes)


VENDORS = Listing(
    name="vendors",
    key=lambda row: str(row[0]),
    key_type=str,
    element=lambda row, _: vendor_element(row),
    columns=(
        *columns("text", "vendor", "organisation"),
        *name_columns("name"),
        *columns("text", "governorate"),
        *name_columns("governorate_name"),
        *columns("truth", "sme"),
        *name_columns("profile"),
        *columns("text", "website"),
        *columns("whole", "offering_count"),
    ),
)
OFFERINGS = Listing(
    name="offerings",
    key=lambda row: str(row[0]),
    key_type=str,
    element=lambda row, _: offering_element(row),
    columns=(
        *columns("text", "offering"),
        *columns("whole", "version"),
        *columns("instant", "published_at"),
        *columns("text", "vendor"),
        *name_columns("vendor_name"),
        *columns("truth", "sme"),
        *columns("text", "written_in"),
        *name_columns("name"),
        *name_columns("description"),
        *columns("text", "sectors", "capabilities", "standards"),
        *columns("whole", "maturity"),
        *columns("text", "price_band", "governorates", "languages"),
        *columns("whole", "reference_count"),
        *columns("text", "submission", "sha256"),
    ),
    records=_flat,
)
