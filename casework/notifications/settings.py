"""How much people are told of what was, and which mails may be left out; the prefix is ``FALAJ_NOTIFICATIONS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class NotificationSettings(BaseSettings):
    """What must be told, such as decisions, deadlines, receipts and what concerns the safety of an account, is always mailed."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_NOTIFICATIONS_", frozen=True)

    #: Templates of mails for which people choose when they get them, or not; a list in JSON.
    may_wait: tuple[str, ...] = (
        "following/news",
        "teams/request",
        "teams/captain",
        "teams/mentor",
        "needs/asked",
        "introductions/suggested",
        "introductions/interested",
        "voices/new",
        "voices/replied",
        "voices/acknowledged",
        "surveys/schedule",
        "surveys/open",
        "surveys/close",
        "surveys/count",
        "surveys/found",
        "dialogue/published",
        "ambassadors/honoured",
        "sources/asked",
    )
    #: From this hour of the city's day on the mail of the day is written.
    digest_hour: int = Field(default=7, ge=0, le=23)
    #: In one mail of the day, the newest first; the page has them all.
    digest_rows_max: int = Field(default=50, ge=1)
    #: People for whom one round of the worker writes it at most.
    round_people_max: int = Field(default=500, ge=1)
    #: Of one person, the newest.
    rows_max: int = Field(default=200, ge=1)
    days_kept: float = Field(default=90.0, gt=0)
    #: Rows that are removed in one transaction.
    tidy_rows_max: int = Field(default=5_000, ge=1)
