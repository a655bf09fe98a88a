"""The limits of the supervisor and its ports; everything has a default that works."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class StackSettings(BaseSettings):
    """How ``falaj demo`` starts, watches and stops the hub's processes."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_STACK_", frozen=True)

    #: History that the simulator makes up on the very first start.
    backfill_days: int = 21
    #: Devices may send to the demo's broker without a name and a password, which newcomers do first.
    admits_anonymous: bool = True
    #: The same for ``demo --check``, which has to be quick, and none of whose steps looks at it.
    check_backfill_days: int = 0
    #: Here the past comes all at once; its days get their bulk files this soon after the last of it.
    bulk_quiet_seconds: float = 3.0
    #: A quiet machine takes less than a minute for all steps; a busy one is given its time.
    check_seconds_max: float = 240.0
    check_step_seconds_max: float = 120.0
    #: The first start makes up the past, which needs most of it.
    disk_free_mib_min: int = 2048
    #: Below this the running hub stops in order, before the database has to.
    disk_free_mib_running_min: int = 200
    shared_buffers_mib: int = 256
    healthy_seconds_max: float = 120.0
    leftover_seconds_max: float = 30.0
    #: A server whose port was taken after it was chosen is started again on another one.
    server_starts_max: int = 3
    restarts_max: int = 5
    restart_delay_seconds_max: float = 30.0
    #: A process that died or froze more often than that is left alone for so long, then tried again;
    #: each rest is twice as long as the one before, up to the maximum. The rest of the hub goes on.
    rest_seconds_first: float = Field(default=60.0, ge=0)
    rest_seconds_max: float = Field(default=600.0, ge=0)
    #: Every process is asked so often whether it lives.
    liveness_seconds: float = Field(default=10.0, gt=0)
    #: One that has answered once and then gives no answer for so long is frozen, and replaced.
    frozen_seconds: float = Field(default=30.0, gt=0)
    #: The same for one that the kernel says is stopped (SIGSTOP), as no busy process is; longer than until the status says that
    #: it gives no account of itself (`FALAJ_STATUS_ACCOUNT_SECONDS_MAX`).
    stopped_seconds: float = Field(default=20.0, gt=0)
    #: It is asked to end and woken; after so long it is killed.
    frozen_stop_seconds_max: float = Field(default=5.0, ge=0)
    #: A process that ran this long was well; its restarts are forgotten.
    restart_forgiven_seconds: float = 300.0
    live_seconds: float = 1.0
    #: How long the live line waits for the API's account.
    live_wait_seconds_max: float = Field(default=1.0, gt=0)
    #: Without a terminal the live line is printed this often.
    plain_seconds: float = 30.0
    probe_seconds_max: float = 5.0


class TlsSettings(BaseSettings):
    """How long the certificates count that ``falaj tls`` makes."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_TLS_", frozen=True)

    #: Devices that trust it are hard to reach again.
    authority_days: int = Field(default=3_650, ge=1)
    server_days: int = Field(default=397, ge=1)


class PortSettings(BaseSettings):
    """Ports that the user insists on. What is not set is chosen and remembered by the hub."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_", frozen=True)

    api_port: int | None = None
    dashboards_port: int | None = None
    ingest_http_port: int | None = None
