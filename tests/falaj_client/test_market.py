"""Research funding and the marketplace, as the client gives them: values and tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from falaj_client import Client, NotFound


def test_what_is_funded_needed_offered_and_tried(api_url: str) -> None:
    with Client(api_url) as client:
        (call,) = client.calls(state="open", organisation="00000000-0000-4000-8000-000000000001")
        assert (call.call, call.budget, call.award_max) == (
            "city-shade", Decimal("90000.000"), Decimal("30000.500"),
        )  # fmt: skip
        assert (call.kinds, call.governorates, call.hackathon) == (("person",), ("OM-MA",), "city-heat")
        assert [(one.criterion, one.name.en, one.weight) for one in call.criteria] == [
            ("worth", "Worth", 100.0)
        ]
        (award,) = client.funding_awards(call="city-shade", governorate="OM-MA")
        assert (award.amount, award.paid, award.currency) == (Decimal("20000.500"), Decimal("0.000"), "OMR")
        assert (award.first_date, award.last_date, award.contract_date) == (
            date(2026, 12, 1), date(2027, 5, 31), None,
        )  # fmt: skip
        assert award.recipient_name is not None
        assert award.recipient_name.ar == "مكتب الظل"
        (need,) = client.needs(sector="water", governorate="OM-MA", state="published")
        assert (need.need, need.budget, need.awarded_to) == ("leaks-1", Decimal("25000.000"), None)
        assert [(one.deadline, one.instant.day) for one in need.deadlines] == [
            ("questions_close", 10), ("responses_close", 20),
        ]  # fmt: skip
        (vendor,) = client.vendors(sme=False)
        assert (vendor.name.ar, vendor.website, vendor.offering_count) == ("حلول المدن", None, 1)
        (offering,) = client.offerings(
            vendor=vendor.vendor, capability="smart_lighting", maturity_min=8, sme=False
        )
        assert (offering.sectors, offering.price_band, offering.references) == (("energy",), "25k_100k", ())
        assert client.offerings(sme=True).all() == client.vendors(sme=True).all() == []
        (count,) = client.introductions(year=2026, stage="pilot")
        assert (count.introduction_count, count.stage_name.en) == (None, "pilot")
        (pilot,) = client.pilots(origin="introduction", need=need.need)
        assert (pilot.pilot, pilot.agency_name.en, pilot.dataset) == ("listening", "Shade Office", None)
        assert (pilot.first_date, pilot.last_date, pilot.simulated) == (
            date(2026, 12, 1),
            date(2027, 2, 28),
            True,
        )
        for listing in (
            client.calls(state="closed"),
            client.needs(sector="health"),
            client.pilots(state="stopped"),
        ):
            assert listing.all() == []
        with pytest.raises(NotFound):
            client.pilots(need="leaks-2").all()


def test_what_is_funded_and_offered_as_tables(api_url: str) -> None:
    with Client(api_url) as client:
        (call,) = client.calls().to_arrow().to_pylist()
        assert (call["budget"], call["criteria"], call["kinds"]) == ("90000.000", "worth 100", "person")
        (award,) = client.funding_awards().to_arrow().to_pylist()
        assert (award["amount"], award["last_date"], award["funder_name_en"]) == (
            "20000.500", "2027-05-31", "Shade Office",
        )  # fmt: skip
        (need,) = client.needs().to_arrow().to_pylist()
        assert (need["standards"], need["awarded_to_en"], need["sealed"]) == ("mqtt", None, True)
        (offering,) = client.offerings().to_arrow().to_pylist()
        assert (offering["languages"], offering["reference_count"]) == ("en ar", 0)
        (vendor,) = client.vendors().to_arrow().to_pylist()
        assert (vendor["governorate_name_en"], vendor["sme"]) == ("Muscat", False)
        (count,) = client.introductions().to_arrow().to_pylist()
        assert (count["year"], count["introduction_count"]) == (2026, None)
        (pilot,) = client.pilots().to_arrow().to_pylist()
        assert (pilot["first_date"], pilot["provider_name_en"]) == ("2026-12-01", "City Solutions")


def test_what_was_decided_as_values_and_as_a_table(api_url: str) -> None:
    with Client(api_url) as client:
        (decision,) = client.decisions(kind="need", outcome="partly", overdue=False)
        assert (decision.name.en, decision.owner_name and decision.owner_name.en) == (
            "Shade in the park", "Shade Office",
        )  # fmt: skip
        (action,) = decision.actions
        assert (action.state, action.due_on, action.evidence) == ("claimed", date(2026, 12, 31), "/v1/latest")
        assert decision.reason is not None
        assert decision.reason.ar == "لا يتسع المكان لأكثر."
        assert client.decisions(overdue=True).all() == client.decisions(kind="alert").all() == []
        (row,) = client.decisions().to_arrow().to_pylist()
        assert (row["kinds"], row["promised_count"], row["claimed_count"]) == ("need", 0, 1)


def test_sessions_and_ideas_as_values_and_as_tables(api_url: str) -> None:
    with Client(api_url) as client:
        (session,) = client.sessions(state="published", governorate="OM-MA")
        assert (session.name.en, session.agenda[0].minutes, session.decisions) == (
            "Hours of the park",
            30,
            (),
        )
        assert session.none_because is not None
        (idea,) = client.ideas(session=session.session)
        assert (idea.byline, idea.account_support_count, idea.browser_support_count) == ("Umm Salim", 0, 1)
        assert client.ideas(state="merged").all() == client.sessions(organisation="nobody").all() == []
        (row,) = client.sessions().to_arrow().to_pylist()
        assert (row["decisions"], row["amendment_count"]) == ("", 0)
        (reach,) = client.media_reach(subject=session.session)
        assert (reach.medium, reach.measure, reach.number, reach.counted_on) == (
            "instagram",
            "likes",
            4600,
            date(2026, 11, 24),
        )
        (theme,) = client.themes()
        assert (theme.subject, theme.name.en, theme.note_count, theme.all_note_count) == (
            session.session,
            "Shade",
            8,
            12,
        )
        assert client.media_reach(subject=idea.idea).all() == client.themes(subject=idea.idea).all() == []
