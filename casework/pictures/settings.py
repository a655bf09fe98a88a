"""The limits of pictures; the prefix is ``FALAJ_PICTURE_``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from casework.files.model import Store
from casework.files.pictures import PictureLimits


class PictureSettings(BaseSettings):
    """How large a picture may come, and how large its two sizes are."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_PICTURE_", frozen=True)

    #: Where their bytes lie; below the hub's data if it is not set.
    folder: Path | None = None
    received_bytes_max: int = Field(default=10_000_000, ge=1)
    points_max: int = Field(default=40_000_000, ge=1)
    #: The longer side of a page's picture and of a card's, in points, and their bytes.
    large_side_max: int = Field(default=1_200, ge=100)
    large_bytes_max: int = Field(default=3_000_000, ge=1)
    small_side_max: int = Field(default=480, ge=50)
    small_bytes_max: int = Field(default=600_000, ge=1)
    alt_characters_max: int = Field(default=300, ge=1)

    def store(self) -> Store:
        """Of the large ones, as they come."""
        return self._store(self.received_bytes_max, self.large_side_max, self.large_bytes_max)

    def small(self) -> Store:
        """In the same folder; made from the large one."""
        return self._store(self.large_bytes_max, self.small_side_max, self.small_bytes_max)

    def _store(self, received: int, side: int, size: int) -> Store:
        return Store.of_pictures("shown", self.folder, received, PictureLimits(self.points_max, size, side))
