"""Every limit of the dashboards, prefix ``FALAJ_DASHBOARDS_``. Where the API is: ``ApiClientSettings``."""

from __future__ import annotations

from functools import cache
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from citycore.comma_lists import CommaList
from citycore.settings import SignInSettings


class DashboardSettings(BaseSettings):
    """How fresh, how much, and from when on a value counts as silent."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_DASHBOARDS_", frozen=True)

    refresh_seconds: int = 30
    #: The API has to answer a small question within so long, or the page says that no data comes.
    presence_wait_seconds_max: float = 2.8
    #: It is asked that at most so often, for all pages together.
    presence_seconds: float = 2.0
    #: An open page looks so often whether its data can still be refreshed.
    #: No divisor of the other intervals: Streamlit loses what a short run said when another one is asked for as it ends.
    presence_look_seconds: float = Field(default=2.1, gt=0)
    #: A page whose data have not come by then says so; it goes on waiting.
    slow_seconds: float = Field(default=3.0, gt=0)
    #: Own dates span at most so many days.
    period_days_max: int = Field(default=1_100, ge=1)
    #: Own dates are chosen from so many last days.
    history_days_max: int = Field(default=3_660, ge=1)
    #: What a page opens on where nothing was chosen and it is observed.
    property_first: str = "pm2_5"
    #: At most so many places are compared with one another.
    places_max: int = Field(default=4, ge=1)
    #: A sentence names at most so many of each kind, and counts the others.
    named_max: int = Field(default=3, ge=1)
    #: Where people reach the dashboards themselves, as https://dashboards.example; by https their cookies are bound to it. Empty:
    #: where they come back to when they sign in (`FALAJ_SIGN_IN_REDIRECT_URI`), if they can.
    address: str = Field(default="", pattern=r"^(https?://[^/?#@\s;,]+)?$")
    #: Browsers that came by https once come by nothing else for so long.
    https_days: int = Field(default=365, ge=0)
    #: Where people reach the pages of the API (portal, guide, status), as https://hub.example; empty: no links to them.
    public_url: str = ""
    #: A road is slower than usual when its last whole hour lies so far below the median of the same hour of so many weeks before,
    #: of which at least so many are there.
    slower_share: float = Field(default=0.2, gt=0, lt=1)
    usual_weeks: int = Field(default=4, ge=1)
    usual_weeks_min: int = Field(default=2, ge=1)
    #: A wall goes on to the next of these pages after so long; one alone, or none, stays.
    wall_seconds: int = Field(default=30, ge=5)
    wall_rooms: CommaList[str] = ("overview", "map", "forecast", "alerts", "sensors")
    live_ttl_seconds: int = 10
    history_ttl_seconds: int = 300
    registry_ttl_seconds: int = 60
    cache_entries_max: int = 200
    #: The API is asked so often before the page says that it is away; a page does not wait long.
    attempts_max: int = 2
    pause_seconds_first: float = 0.2
    pause_seconds_max: float = 1.0
    #: What the hub says of whoever is signed in (name, roles) is remembered so long, of so many at once; it is waited for so long.
    account_seconds: float = Field(default=15.0, ge=0)
    accounts_max: int = Field(default=1_000, ge=1)
    account_wait_seconds_max: float = Field(default=2.0, gt=0)
    #: A list of the API is followed over at most this many pages; beyond it the page says so.
    pages_max: int = 50
    #: A value is silent when it is older than this many of its intervals.
    silent_intervals: float = 3.0
    #: The interval of a datastream that declares none.
    interval_seconds_default: int = 3600
    #: The overview looks so far ahead, where there are nowcasts.
    soon_hours: int = Field(default=3, ge=1, le=6)
    #: A tile's sparkline is drawn from at most this many datastreams: one request each.
    sparkline_datastreams_max: int = 3
    sparkline_hours: int = 24
    table_rows_max: int = 500
    #: Numbers beyond it, of an older hub, are shown as flagged values without a number.
    magnitude_max: float = 1e100
    #: At most so many hours of one forecast are drawn.
    forecast_hours_max: int = 1_000
    png_scale: float = 2.0
    #: So many annotations of a place and period are drawn; so many are asked for, beyond which a line says "at least".
    annotations_max: int = Field(default=40, ge=1)
    annotations_asked_max: int = Field(default=10_000, ge=1, le=100_000)
    #: Whose limits judge, the first that has some for a property; separated by commas. Tables of the hub's operator go
    #: before them, those not named here after them.
    limit_tables: CommaList[str] = (
        "om_md_41_2017",
        "who_2021",
        "eu_aqi_2024",
        "us_aqi_2024",
        "eu_2008_50",
        "us_naaqs",
    )
    #: Limits and air quality are waited for so long; without them a page shows values without levels.
    limit_wait_seconds_max: float = Field(default=3.0, gt=0)
    #: A mean is judged with this part of its hours.
    limit_coverage_min: float = Field(default=0.75, gt=0, le=1)
    #: A chart shows what bands end within this part of its highest value, or of its range, beyond its values.
    limit_near_share: float = Field(default=0.25, ge=0)
    #: Whose air-quality index the overview shows, and how old the end of its hour may be. The European one is that of the newest
    #: values on the map, too.
    air_quality_index: Literal["us", "eu", "who"] = "eu"
    air_quality_hours_max: int = Field(default=3, ge=1)


def public_address() -> str:
    """Where people reach the dashboards, as far as it was said."""
    redirect = urlsplit(SignInSettings().redirect_uri or "")
    return dashboard_settings().address or (redirect.netloc and f"{redirect.scheme}://{redirect.netloc}")


@cache
def dashboard_settings() -> DashboardSettings:
    """The settings of this process, read once."""
    return DashboardSettings()
