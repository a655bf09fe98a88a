"""Who signs certificates and where they are verified; the prefix is ``FALAJ_CERTIFICATES_``."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from citycore.credentials import CredentialSettings


class CertificateSettings(CredentialSettings):
    """The issuer and its key."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_CERTIFICATES_", frozen=True)

    #: The signing key is made here on first use; by default `certificates` in the data folder.
    folder: Path | None = None
    #: A private Ed25519 key as JWK, instead of the one in the folder.
    key: SecretStr | None = None
    #: By default `did:web` of the portal's host.
    issuer_id: str | None = None
    issuer_name_ar: str = "فلج، مركز البيانات والابتكار لمدينة مسقط"
    issuer_name_en: str = "Falaj, data and innovation hub of Muscat"
    name_characters_max: int = Field(default=120, ge=1)
    #: The longest credential that is looked at.
    token_characters_max: int = Field(default=20_000, ge=1_000)
    page_rows_max: int = Field(default=25, ge=1)
    #: Terms that wait for a certificate, on a page.
    terms_rows_max: int = Field(default=20, ge=1)
    #: How many are offered at once; the rest are offered with the next press.
    offers_max: int = Field(default=200, ge=1)
    #: For how long others may keep the list of revoked ones and the issuer's keys.
    cache_seconds: int = Field(default=300, ge=0)
    #: Papers that are laid out at once in a process; others wait.
    papers_max: int = Field(default=1, ge=1)

    def key_folder(self) -> Path:
        from citycore.settings import data_folder

        return self.folder or data_folder() / "certificates"

    def issuer(self, portal_url: str) -> str:
        """The identifier of the issuer, under which its keys are found."""
        return self.issuer_id or f"did:web:{quote(urlsplit(portal_url).netloc, safe='')}"
