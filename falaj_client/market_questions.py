"""What can be asked about research funding and the marketplace, beside the rest in :mod:`falaj_client.questions`."""

from __future__ import annotations

from falaj_client import market_parsing as parsing
from falaj_client.market import Call, FundingAward, IntroductionCount, Need, Offering, Pilot, Vendor
from falaj_client.parameters import checked_limit, given
from falaj_client.questions import Many


def calls(
    *, state: str | None = None, organisation: str | None = None, limit: int | None = None
) -> Many[Call]:
    """Calls for research funding that were announced, with their criteria and dates."""
    return Many(
        element=Call,
        path="/v1/innovation/calls",
        parse=parsing.parse_call,
        parameters=given(state=state, organisation=organisation),
        limit=checked_limit(limit),
    )


def funding_awards(
    *,
    call: str | None = None,
    state: str | None = None,
    governorate: str | None = None,
    limit: int | None = None,
) -> Many[FundingAward]:
    """The register of what was granted in calls for funding and accepted, with what has been paid."""
    return Many(
        element=FundingAward,
        path="/v1/innovation/funding-awards",
        parse=parsing.parse_funding_award,
        parameters=given(call=call, state=state, governorate=governorate),
        limit=checked_limit(limit),
    )


def needs(
    *,
    state: str | None = None,
    governorate: str | None = None,
    sector: str | None = None,
    limit: int | None = None,
) -> Many[Need]:
    """What agencies look for, from its publication on, and what came of it."""
    return Many(
        element=Need,
        path="/v1/innovation/needs",
        parse=parsing.parse_need,
        parameters=given(state=state, governorate=governorate, sector=sector),
        limit=checked_limit(limit),
    )


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
    filters = given(
        vendor=vendor,
        sector=sector,
        capability=capability,
        standard=standard,
        governorate=governorate,
        maturity_min=maturity_min,
        price_band=price_band,
        sme=sme,
    )
    return Many(
        element=Offering,
        path="/v1/innovation/offerings",
        parse=parsing.parse_offering,
        parameters=filters,
        limit=checked_limit(limit),
    )


def vendors(
    *, governorate: str | None = None, sme: bool | None = None, limit: int | None = None
) -> Many[Vendor]:
    """Companies whose papers the programme has accepted and that are valid today."""
    return Many(
        element=Vendor,
        path="/v1/innovation/vendors",
        parse=parsing.parse_vendor,
        parameters=given(governorate=governorate, sme=sme),
        limit=checked_limit(limit),
    )


def introductions(
    *, year: int | None = None, stage: str | None = None, limit: int | None = None
) -> Many[IntroductionCount]:
    """How many introductions of agencies to vendors have come how far, by the year in which they were suggested."""
    return Many(
        element=IntroductionCount,
        path="/v1/innovation/introductions",
        parse=parsing.parse_introduction_count,
        parameters=given(year=year, stage=stage),
        limit=checked_limit(limit),
    )


def pilots(
    *, state: str | None = None, origin: str | None = None, need: str | None = None, limit: int | None = None
) -> Many[Pilot]:
    """What agencies try. ``origin`` is ``introduction``, ``submission`` or ``award``."""
    return Many(
        element=Pilot,
        path="/v1/innovation/pilots",
        parse=parsing.parse_pilot,
        parameters=given(state=state, origin=origin, need=need),
        limit=checked_limit(limit),
    )
