"""The vocabulary; names stand in ``messages``."""

from __future__ import annotations

from casework.workflow.wording import Labelled


class Governorate(Labelled, package="casework.governorates", table="governorate"):
    """Codes of ISO 3166-2:OM."""

    AD_DAKHILIYAH = "OM-DA"
    AL_BURAYMI = "OM-BU"
    AL_WUSTA = "OM-WU"
    ADH_DHAHIRAH = "OM-ZA"
    SOUTH_AL_BATINAH = "OM-BJ"
    NORTH_AL_BATINAH = "OM-BS"
    SOUTH_ASH_SHARQIYAH = "OM-SJ"
    NORTH_ASH_SHARQIYAH = "OM-SS"
    DHOFAR = "OM-ZU"
    MUSANDAM = "OM-MU"
    MUSCAT = "OM-MA"
