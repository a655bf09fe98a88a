"""A vendor that is verified and what it offers, a rival that is not, and who gets into their pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import uuid4

from tests.hackathon.telling_files import picture
from tests.hub_api.portal.conftest import Portal, Somebody

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer << >>\n%%EOF\n"
PROFILE = {
    "governorate": "OM-MA",
    "profile_ar": "نصنع مصابيح.",
    "profile_en": "We make lamps.",
    "website": "https://lamps.example",
}
OFFERING = {
    "title_ar": "إنارة الشوارع الذكية", "title_en": "Smart street lighting",
    "summary_ar": "مصابيح تخفت حين تخلو الطريق.", "summary_en": "Lamps that dim when the road is <empty>.",
    "sector": ["energy", "municipal_services"], "capability": ["smart_lighting"], "standard": ["mqtt", "dali"],
    "maturity": "8", "price": "25k_100k", "governorate": ["OM-MA"], "language": ["ar", "en"],
    "year0": "2024", "client0": "municipality", "place0": "OM-MA", "can0": "smart_lighting", "text_ar0": "ألفا مصباح",
    "text_en0": "2,000 lamps", "year1": "", "client1": "company", "place1": "", "can1": "gis", "text_ar1": "",
    "text_en1": "",
}  # fmt: skip

#: Objects that some rows are tried with instead, and the name that the path has for them.
OTHERS = {
    "logo_id": "picture_id",
    "logo_size": "size",
    "rival_vendor_id": "vendor_id",
    "rival_offering_id": "offering_id",
}
FORMS: dict[str, dict[str, str]] = {
    "POST /portal/account/vendor": {"organisation": "{rival_company_id}", "governorate": "OM-MA"},
    "POST /portal/account/vendor/{vendor_id}/profile": {"version": "99", "governorate": "OM-MA", "profile_en": "P"},
    "POST /portal/account/vendor/{vendor_id}/step": {"version": "99", "event": "close"},
    "POST /portal/account/vendor/{vendor_id}/offerings/new": {"year0": "1", "text_en0": "x", "client0": "company", "can0": "gis"},
    "POST /portal/account/offerings/{offering_id}": {"version": "99"},
    "POST /portal/account/offerings/{offering_id}/step": {"version": "99", "event": "pause"},
    "POST /portal/account/offerings/{offering_id}/discard": {"version": "99"},
    "POST /portal/desk/vendors/{vendor_id}/step": {
        "version": "99", "event": "suspend", "reason": "complaint", "until": "2027-01-01",
    },
    "POST /portal/desk/offerings/{offering_id}/step": {"version": "99", "event": "disable", "reason": "not_true"},
    "POST /portal/desk/offerings/bulk": {"event": "publish", "chosen": "{offering_id}:99"},
    "POST /portal/desk/vendors/bulk": {"event": "verify", "chosen": "{vendor_id}:99"},
}  # fmt: skip


def rows(
    everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
) -> dict[str, frozenset[str]]:
    staff, own = administrator | {"programme_officer"}, frozenset({"vendor"})
    return {
        "GET /portal/offerings": everybody,
        "GET /portal/hackathons.atom": everybody,
        "GET /portal/calls.atom": everybody,
        "GET /portal/needs.atom": everybody,
        "GET /portal/offerings.atom": everybody,
        "GET /portal/surveys.atom": everybody,
        "GET /portal/dialogue.atom": everybody,
        "GET /portal/ideas.atom": everybody,
        "GET /portal/offerings/{offering_id}": everybody,
        "GET /portal/offerings/{offering_id}/versions/{number}": frozenset(),
        # What is not published is not there, for its vendor and the programme neither.
        "GET /portal/offerings/{rival_offering_id}": frozenset(),
        "GET /portal/vendors/{vendor_id}": everybody,
        "GET /portal/vendors/{rival_vendor_id}": frozenset(),
        "GET /portal/vendors/{vendor_id}/documents/{document_id}": staff | own,
        "GET /portal/account/searches": signed,
        "POST /portal/account/searches": signed,
        "POST /portal/account/searches/mail": signed,
        # Nobody's: whose it is not is told that there is none.
        "POST /portal/account/searches/{search_id}/remove": frozenset(),
        # Whoever has the link of a mail, which nobody has here.
        "GET /portal/searches/stop": frozenset(),
        "POST /portal/searches/stop": frozenset(),
        "GET /portal/account/vendor": signed,
        "POST /portal/account/vendor": frozenset({"rival"}),
        "GET /portal/account/vendor/{vendor_id}": own,
        "GET /portal/account/vendor/{rival_vendor_id}": frozenset({"rival"}),
        "POST /portal/account/vendor/{vendor_id}/profile": own,
        "POST /portal/account/vendor/{vendor_id}/step": own,
        "POST /portal/account/vendor/{vendor_id}/documents": own,
        "GET /portal/account/vendor/{vendor_id}/offerings/new": own,
        "POST /portal/account/vendor/{vendor_id}/offerings/new": own,
        "GET /portal/account/offerings/{offering_id}": own,
        "GET /portal/account/offerings/{rival_offering_id}": frozenset({"rival"}),
        "POST /portal/account/offerings/{offering_id}": own,
        "POST /portal/account/offerings/{offering_id}/step": own,
        "POST /portal/account/offerings/{offering_id}/discard": own,
        "GET /portal/pictures/{logo_id}/{logo_size}": everybody,
        "POST /portal/account/offerings/{offering_id}/picture": own,
        "POST /portal/account/offerings/{offering_id}/picture/remove": own,
        "GET /portal/desk/vendors": staff,
        "POST /portal/desk/vendors/bulk": staff,
        "GET /portal/desk/vendors/{vendor_id}": staff,
        "POST /portal/desk/vendors/{vendor_id}/step": staff,
        "POST /portal/desk/vendors/{vendor_id}/documents/{document_id}/accept": staff,
        "GET /portal/desk/offerings": staff,
        "POST /portal/desk/offerings/bulk": staff,
        "GET /portal/desk/offerings/{offering_id}": staff,
        "GET /portal/desk/offerings/{rival_offering_id}": staff,
        "POST /portal/desk/offerings/{offering_id}/step": staff,
    }


def settle(
    portal: Portal, people: Mapping[str, Somebody], objects: Mapping[str, object]
) -> dict[str, object]:
    vendor, rival, officer = people["vendor"], people["rival"], people["programme_officer"]
    administrator = people["administrator"]
    company = found_company(vendor, administrator, "Hulul")
    vendor_id = verified_vendor(portal, vendor, officer, company)
    rival_company = found_company(rival, administrator, "Tiqniya")
    rival_vendor = register(rival, rival_company)
    said = {"alt_ar": "شعار", "alt_en": "Logo"}
    logo = {"file": ("logo.png", picture("Logo", "PNG"))}
    assert vendor.browser.send_once(f"/organisations/{company}/picture", said, files=logo).status_code == 303
    return {
        "company_id": company,
        "logo_id": _one(portal, "SELECT picture_id FROM innovation.pictures WHERE object_id = %s", company),
        "logo_size": "small",
        "vendor_id": vendor_id,
        "document_id": _one(portal, "SELECT document_id FROM innovation.vendor_documents WHERE vendor_id = %s LIMIT 1", vendor_id),
        "offering_id": published_offering(portal, vendor, officer, vendor_id),
        "rival_company_id": rival_company,
        "rival_vendor_id": rival_vendor,
        "search_id": uuid4(),
        "rival_offering_id": draft(rival, rival_vendor),
    }  # fmt: skip


def found_company(founder: Somebody, administrator: Somebody, name: str, name_ar: str = "") -> str:
    """A company that somebody registers and an administrator verifies."""
    fields = {"kind": "company", "name_en": name, "name_ar": name_ar}
    answer = founder.browser.send("/organisations/new", fields)
    assert answer.status_code == 303, answer.text
    company = answer.headers["location"].rpartition("/")[2]
    step = {"event": "verify", "version": "1"}
    assert administrator.browser.send(f"/organisations/{company}/step", step).status_code == 303
    return company


def register(speaker: Somebody, company: str) -> str:
    answer = speaker.browser.send("/account/vendor", {**PROFILE, "organisation": company})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


def show_paper(speaker: Somebody, vendor_id: str, kind: str, expires_on: str = "2028-06-30") -> None:
    fields = {"kind": kind, "number": "1712", "expires_on": expires_on}
    content = PDF + f"%{kind}\n".encode()
    answer = speaker.browser.send(
        f"/account/vendor/{vendor_id}/documents", fields, files={"file": ("paper.pdf", content)}
    )
    assert answer.status_code == 303, answer.text


def verified_vendor(portal: Portal, speaker: Somebody, officer: Somebody, company: str) -> str:
    """Registered, with papers that are accepted, and verified, all by the pages."""
    vendor_id = register(speaker, company)
    for kind in ("commercial_registration", "tax_card"):
        show_paper(speaker, vendor_id, kind)
    step(portal, speaker, f"/account/vendor/{vendor_id}", "vendors", vendor_id, "hand_in")
    for path in re.findall(
        r'action="/portal(/desk/vendors/[^"]+/accept)"',
        officer.browser.get(f"/desk/vendors/{vendor_id}").text,
    ):
        assert officer.browser.send(path).status_code == 303
    step(portal, officer, f"/desk/vendors/{vendor_id}", "vendors", vendor_id, "verify")
    return vendor_id


def draft(speaker: Somebody, vendor_id: str, fields: Mapping[str, object] = OFFERING) -> str:
    answer = speaker.browser.send(f"/account/vendor/{vendor_id}/offerings/new", dict(fields))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


def published_offering(
    portal: Portal,
    speaker: Somebody,
    officer: Somebody,
    vendor_id: str,
    fields: Mapping[str, object] = OFFERING,
) -> str:
    offering_id = draft(speaker, vendor_id, fields)
    step(portal, speaker, f"/account/offerings/{offering_id}", "offerings", offering_id, "hand_in")
    step(portal, officer, f"/desk/offerings/{offering_id}", "offerings", offering_id, "publish")
    return offering_id


def step(
    portal: Portal, who: Somebody, path: str, table: str, object_id: str, event: str, **more: str
) -> None:
    """A step of what somebody looks at, at its present version."""
    query = f"SELECT version FROM innovation.{table} WHERE {table.removesuffix('s')}_id = %s"
    version = _one(portal, query, object_id)
    answer = who.browser.send(f"{path}/step", {"event": event, "version": str(version), **more})
    assert answer.status_code == 303, answer.text


def _one(portal: Portal, query: str, *parameters: object) -> object:
    row = portal.store.execute(query.encode(), parameters).fetchone()
    portal.store.commit()
    assert row is not None
    return row[0]
