"""The vocabulary; names stand in ``messages``."""

from __future__ import annotations

from enum import StrEnum

from casework.workflow.wording import Label


class Governorate(StrEnum):
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

    @property
    def label(self) -> Label:
        return Label("casework.governorates", f"governorate.{self.value}")
