"""When offices work; the prefix is ``FALAJ_WORKING_TIME_``."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """As ``date.weekday()`` counts."""
        return list(Weekday).index(self)


class WorkingTimeSettings(BaseSettings):
    """Days and hours in the time of the city. Oman's public holidays are known; a year of them is estimated before it is
    announced. Lists are JSON. What is set here counts for deadlines that are planned afterwards.
    """

    model_config = SettingsConfigDict(env_prefix="FALAJ_WORKING_TIME_", frozen=True)

    days: tuple[Weekday, ...] = Field(
        default=(Weekday.SUNDAY, Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY),
        min_length=1,
    )
    opens: time = time(7, 30)
    closes: time = time(14, 30)
    #: Days on which offices are closed besides, such as `["2026-07-23"]`.
    closed_on: tuple[date, ...] = ()
    #: Public holidays, estimated or not, on which they work all the same.
    open_on: tuple[date, ...] = ()

    @field_validator("opens", "closes")
    @classmethod
    def _whole_minutes(cls, given: time) -> time:
        if given.second or given.microsecond or given.tzinfo is not None:
            raise ValueError("working hours are whole minutes of the city's time")
        return given

    @model_validator(mode="after")
    def _in_order(self) -> WorkingTimeSettings:
        if self.opens >= self.closes:
            raise ValueError("offices close after they have opened")
        return self
