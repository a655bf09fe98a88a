"""One vendor and one offering to try their workflows on, and what those of other nouns need of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from casework.governorates.model import Governorate
from casework.taxonomy.model import Capability, ClientKind, Maturity, PriceBand, Sector, Standard
from citycore.store.connections import Connection
from citycore.store.kinds import json_of
from hackathon.market.offerings.model import Content, Reference
from hackathon.market.vendors.machine import DEADLINES

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)
#: Complete, and in both languages.
LIGHTING = Content(
    title_ar="إنارة الشوارع الذكية",
    title_en="Smart street lighting",
    summary_ar="مصابيح تخفت حين تخلو الطريق.",
    summary_en="Lamps that dim when the road is empty.",
    sectors=(Sector.ENERGY, Sector.MUNICIPAL_SERVICES),
    capabilities=(Capability.SMART_LIGHTING, Capability.ENERGY_MANAGEMENT),
    standards=(Standard.MQTT, Standard.DALI),
    maturity=Maturity.COMPLETE_AND_TESTED,
    price_band=PriceBand.FROM_25K_TO_100K,
    governorates=(Governorate.MUSCAT,),
    languages=("en", "ar"),
    references=(
        Reference(ClientKind.MUNICIPALITY, Governorate.MUSCAT, Capability.SMART_LIGHTING, 2024, text_en="2,000 lamps"),
    ),
)  # fmt: skip


def store_company(connection: Connection) -> UUID:
    organisation_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.organisations (organisation_id, kind, name_ar, name_en, state, state_changed_at,"
        " registered_at) VALUES (%s, 'company', 'حلول المدن', 'City Solutions', 'verified', %s, %s)",
        [organisation_id, NOON, NOON],
    )
    return organisation_id


def store_vendor(
    connection: Connection, organisation_id: UUID | None = None, state: str = "registered"
) -> UUID:
    """Of a verified company, with accepted papers that hold for long."""
    vendor_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.vendors (vendor_id, organisation_id, state, state_changed_at, created_at, governorate,"
        " is_sme, profile_ar, profile_en) VALUES (%s, %s, %s, %s, %s, 'OM-MA', false, 'ن', 'P')",
        [vendor_id, organisation_id or store_company(connection), state, NOON, NOON],
    )
    for kind in ("commercial_registration", "tax_card"):
        connection.execute(
            "INSERT INTO innovation.vendor_documents (document_id, vendor_id, kind, number, expires_on, name, media_type,"
            " size_bytes, digest, added_at, accepted_at)"
            " VALUES (%s, %s, %s, '1', %s, 'a.pdf', 'application/pdf', 1, %s, %s, %s)",
            [uuid4(), vendor_id, kind, date(2099, 12, 31), bytes(32), NOON, NOON],
        )
    for name in DEADLINES:
        connection.execute(
            "INSERT INTO innovation.deadlines VALUES (%s, %s, %s, 'Asia/Muscat')", [vendor_id, name, FAR]
        )
    return vendor_id


def store_offering(connection: Connection, vendor_id: UUID | None = None) -> UUID:
    """A complete draft of a verified vendor."""
    offering_id = uuid4()
    connection.execute(
        "INSERT INTO innovation.offerings (offering_id, vendor_id, state, state_changed_at, created_at, draft)"
        " VALUES (%s, %s, 'draft', %s, %s, %s)",
        [
            offering_id, vendor_id or store_vendor(connection, state="verified"), NOON, NOON,
            Jsonb(json_of(LIGHTING)),
        ],
    )  # fmt: skip
    return offering_id
