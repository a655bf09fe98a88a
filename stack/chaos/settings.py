"""The limits of ``falaj chaos``, each with a name."""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict


class ChaosSettings(BaseSettings):
    """How `falaj chaos` publishes, strikes and waits."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_CHAOS_", frozen=True)

    #: Publishes without an acknowledgement; a conflict is published only after its original was acknowledged.
    window_messages_max: int = 500
    #: What a device publishes again after it lost the broker. 15 seconds are enough for a broker that is killed
    #: (`autosave_interval` 5 and a little more); here its file may be lost too, and with it all that ingest is behind.
    republish_seconds: float = 60.0
    reconnect_seconds: float = 0.5
    #: How long a device waits before it asks again whether anybody listens.
    nobody_seconds: float = 0.5
    connect_seconds_max: float = 5.0

    #: Calm before the first fault, and between two faults.
    calm_seconds_min: float = 1.0
    calm_seconds_max: float = 6.0
    fault_seconds_min: float = 1.0
    fault_seconds_max: float = 8.0
    #: Longer than ingest's own lock time-out, so that it is met.
    lock_seconds: float = 12.0
    #: How long a fault that needs ingest to wait for a lock waits for that.
    meet_seconds_max: float = 30.0

    #: How long ingest that nobody wakes may be silent before its supervisor replaces it.
    stuck_seconds: float = 3.0
    stuck_liveness_seconds: float = 0.5
    replace_seconds_max: float = 60.0

    #: The nominal size of the small disk, and the room left on it while it is "full".
    disk_mib: int = 8192
    disk_left_kib: int = 128

    #: The account is drawn up once the ledger has stood still so long.
    quiet_seconds: float = 10.0
    drain_seconds_max: float = 600.0
    sample_seconds: float = 1.0
    #: Before and after the absence of the database in the outage.
    outage_margin_seconds: float = 15.0
    #: What ingest's memory may grow by meanwhile, whatever is published.
    outage_growth_bytes_max: int = 16 * 2**20
