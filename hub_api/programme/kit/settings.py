"""The limits of the portal; the prefix is ``FALAJ_PORTAL_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class PortalSettings(BaseSettings):
    """How much a form may carry, how much is done at once, and how much a page shows."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_PORTAL_", frozen=True)

    #: Says on every page that people and contests are invented; `falaj demo` sets it.
    is_demo: bool = False
    form_bytes_max: int = Field(default=262_144, ge=1_024)
    form_fields_max: int = Field(default=400, ge=1)
    #: Files of one form, where it takes several at once, and what they may have together; each has its own limit too.
    upload_files_max: int = Field(default=20, ge=1)
    upload_bytes_max: int = Field(default=200_000_000, ge=1)
    #: A larger form is not read at all of somebody whose files are not read any more for a while.
    upload_looked_bytes: int = Field(default=1_000_000, ge=0)
    #: Works on the database at once in a process; others wait. Each has a connection and a thread.
    requests_max: int = Field(default=8, ge=1)
    #: The longest address of a page that a mailed link leads on to; mails are no place for texts of strangers.
    onward_characters_max: int = Field(default=200, ge=1)
    #: The longest address of a page that a browser remembers while its person signs in at a provider.
    return_characters_max: int = Field(default=2_000, ge=1, le=3_000)
    page_rows: int = Field(default=50, ge=1)
    #: Empty rows that a form offers beside those that are filled, where there may be several.
    rows_spare: int = Field(default=4, ge=1)
    #: Lines of the log that a page verifies; where there are more, the command line does.
    audit_lines_max: int = Field(default=50_000, ge=0)
    #: A browser's key to forms, and its choice of a language.
    browser_days: float = Field(default=30.0, gt=0)
    #: What was done is told on the next page, if it comes within this.
    notice_seconds: int = Field(default=60, ge=1)
    #: For how long browsers are told to come by https only, to this name and all below it, where the portal's address is one.
    https_days: float = Field(default=365.0, gt=0)
