"""What can be asked about research funding and the marketplace, beside the rest in :mod:`falaj_client.questions`."""

from __future__ import annotations

from falaj_client.market import Call, FundingAward, IntroductionCount, Need, Offering, Pilot, Vendor
from falaj_client.questions import Many


def calls(
    *, state: str | None = None, organisation: str | None = None, limit: int | None = None
) -> Many[Call]:
    """Calls for research funding that were announced, with their criteria and dates."""
    return Many.of(Call, "innovation/calls", limit, state=state, organisation=organisation)


def funding_awards(
    *,
    call: str | None = None,
    state: str | None = None,
    governorate: str | None = None,
    limit: int | None = None,
) -> Many[FundingAward]:
    """The register of what was granted in calls for funding and accepted, with what has been paid."""
    return Many.of(
        FundingAward, "innovation/funding-awards", limit, call=call, state=state, governorate=governorate
    )


def needs(
    *,
    state: str | None = None,
    governorate: str | None = None,
    sector: str | None = None,
    limit: int | None = None,
) -> Many[Need]:
    """What agencies look for, from its publication on, and what came of it."""
    return Many.of(Need, "innovation/needs", limit, state=state, governorate=governorate, sector=sector)


def offerings(  # noqa: PLR0913  # the filters of the endpoint, all by keyword
    *,
    vendor: str | None = None,
    sector: str | None = None,
    capability: str | None = None,
    standard: str | None = None,
    governorate: str | None = None,
    maturity_min: int | None = None,
    price_band: str | None = None,
    sme: bool | None = None,
    limit: int | None = None,
) -> Many[Offering]:
    """What verified vendors offer. ``maturity_min`` is a technology readiness level, 1 to 9."""
    return Many.of(
        Offering,
        "innovation/offerings",
        limit,
        vendor=vendor,
        sector=sector,
        capability=capability,
        standard=standard,
        governorate=governorate,
        maturity_min=maturity_min,
        price_band=price_band,
        sme=sme,
    )


def vendors(
    *, governorate: str | None = None, sme: bool | None = None, limit: int | None = None
) -> Many[Vendor]:
    """Companies whose papers the programme has accepted and that are valid today."""
    return Many.of(Vendor, "innovation/vendors", limit, governorate=governorate, sme=sme)


def introductions(
    *, year: int | None = None, stage: str | None = None, limit: int | None = None
) -> Many[IntroductionCount]:
    """How many introductions of agencies to vendors have come how far, by the year in which they were suggested."""
    return Many.of(IntroductionCount, "innovation/introductions", limit, year=year, stage=stage)


def pilots(
    *, state: str | None = None, origin: str | None = None, need: str | None = None, limit: int | None = None
) -> Many[Pilot]:
    """What agencies try. ``origin`` is ``introduction``, ``submission`` or ``award``."""
    return Many.of(Pilot, "innovation/pilots", limit, state=state, origin=origin, need=need)
