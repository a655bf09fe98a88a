"""Limits of cases; the prefix is ``FALAJ_CASE_``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from casework.files.model import Store
from casework.files.pictures import PictureLimits


class CaseSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FALAJ_CASE_")

    message_characters_max: int = Field(default=10_000, ge=1)
    messages_max: int = Field(default=500, ge=1)
    page_rows_max: int = Field(default=50, ge=1)
    #: Within how many metres open cases are suggested to somebody who reports the same.
    nearby_metres: int = Field(default=50, ge=1)
    nearby_max: int = Field(default=5, ge=1)
    #: Where no point is known: how much of the shorter text must stand in the other too, for so many words of each and so
    #: many cases of the same wilayat.
    alike_share_min: float = Field(default=0.4, gt=0, le=1)
    alike_words_max: int = Field(default=300, ge=1)
    alike_cases_max: int = Field(default=200, ge=1)
    #: Whom those are told to call who write of what cannot wait. Empty until the operator has set them.
    hotline: str = ""
    #: How many handlers of one organisation can be chosen among.
    handlers_max: int = Field(default=500, ge=1)
    #: Where the bytes of pictures lie; below the hub's data if it is not set.
    pictures_folder: Path | None = None
    #: Of one case, by whoever asked and by staff together.
    pictures_max: int = Field(default=6, ge=0)
    #: As it comes, as it is stored, its points, and the longer side to which it is made smaller.
    picture_received_bytes_max: int = Field(default=20_000_000, ge=1)
    picture_bytes_max: int = Field(default=5_000_000, ge=1)
    picture_points_max: int = Field(default=60_000_000, ge=1)
    picture_side_max: int = Field(default=2_048, ge=100)
    #: Days after its end for which pictures of a case are kept.
    picture_days: int = Field(default=180, ge=1)

    def store(self) -> Store:
        limits = PictureLimits(self.picture_points_max, self.picture_bytes_max, self.picture_side_max)
        return Store.of_pictures("pictures", self.pictures_folder, self.picture_received_bytes_max, limits)
