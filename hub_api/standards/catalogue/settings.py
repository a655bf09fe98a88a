"""How much one answer of the catalogue may hold; the prefix is ``FALAJ_CATALOGUE_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class CatalogueSettings(BaseSettings):
    """Bounds of pages and documents that grow with the hub."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_CATALOGUE_", frozen=True)

    #: Datasets on a page of ``/catalog``.
    page_datasets: int = Field(default=20, ge=1, le=500)
    #: Bulk files that one dataset names, the newest of them; ``/v1/bulk`` lists all.
    files_max: int = Field(default=31, ge=0, le=1_000)
    #: Datasets that ``/sitemap.xml`` names.
    sitemap_datasets_max: int = Field(default=5_000, ge=1, le=10_000)
