"""Limits of admission; the prefix is ``FALAJ_ADMISSION_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AdmissionSettings(BaseSettings):
    """How many tokens, kiosks and seats a roll has, and how long an offer stands."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_ADMISSION_", frozen=True)

    #: Keys that are given to browsers of one network in the window of `FALAJ_THROTTLE_FOLLOW_UP_WINDOW_MINUTES`: a hall full
    #: of people may have one.
    browsers_per_network: int = Field(default=200, ge=1)
    #: How long a browser keeps the key by which it counts once.
    browser_days: int = Field(default=180, ge=1)
    tokens_per_issue_max: int = Field(default=5_000, ge=1)
    tokens_per_roll_max: int = Field(default=100_000, ge=1)
    kiosks_per_roll_max: int = Field(default=200, ge=0)
    kiosk_name_characters_max: int = Field(default=80, ge=1)
    #: What one browser can be set up for, such as surveys and complaints: it shows a pass for each.
    kiosk_passes_max: int = Field(default=8, ge=1, le=20)
    seats_max: int = Field(default=20_000, ge=1)
    #: Seats that are asked for and wait.
    waiting_max: int = Field(default=2_000, ge=0)
    taker_characters_max: int = Field(default=200, ge=1)
    #: How long somebody who waited has to take a seat that became free.
    offer_hours: float = Field(default=24.0, gt=0)
    #: So often it is offered to somebody who does not answer.
    offers_max: int = Field(default=3, ge=1)
    #: Days after the end until it is forgotten whose a seat was.
    names_keep_days: float = Field(default=30.0, ge=0)
    #: How long a browser that has shown a token may take to answer.
    ticket_minutes: float = Field(default=240.0, gt=0)
    #: Rows of a list at once.
    page_rows_max: int = Field(default=100, ge=1)
    #: Seats that housekeeping looks at in one transaction.
    tidy_rows_max: int = Field(default=1_000, ge=1)
    #: Seconds after which a screen of a kiosk that nobody touches begins anew, and where people type.
    screen_seconds: int = Field(default=45, ge=15)
    typing_screen_seconds: int = Field(default=180, ge=15)
    #: How long a device thanks before the next person can begin.
    thanks_seconds: int = Field(default=10, ge=3)
    #: How long a browser remembers that something was answered in it.
    answered_days: int = Field(default=120, ge=1)
