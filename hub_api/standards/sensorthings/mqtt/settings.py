"""Whether the hub answers MQTT as the standard has it, where, and what may come in at once."""

from __future__ import annotations

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class MqttSettings(BaseSettings):
    """An endpoint beside the broker of the devices. Off without a port."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_STA_MQTT_", frozen=True)

    #: Where it listens, without TLS: put a proxy that ends TLS before it, as before the API.
    port: int | None = Field(default=None, ge=1, le=65_535)
    host: str = "127.0.0.1"
    #: Where others reach the API, as ``https://hub.example``: the links of what is sent begin so.
    hub_url: str | None = Field(default=None, pattern=r"^https?://[^/?#@]+$")
    #: Where others reach the endpoint, as ``mqtts://hub.example:8885``; without it the port of the name under which the API is asked.
    url: str | None = Field(default=None, pattern=r"^(mqtts?|tcp|ssl)://[^/?#@]+$")
    #: Clients at once, and of one address.
    clients_max: int = Field(default=500, ge=1)
    clients_of_address_max: int = Field(default=50, ge=1)
    #: Topics of one client, and different ones of all.
    topics_of_client_max: int = Field(default=100, ge=1)
    topics_max: int = Field(default=2_000, ge=1)
    #: Of one packet.
    packet_bytes_max: int = Field(default=1_048_576, ge=1_024)
    #: What waits for one client; one that takes less than comes in is sent away.
    waiting_bytes_max: int = Field(default=4_194_304, ge=1_024)
    #: Until a client has said who it is, and without a word of one that states no keep-alive.
    connect_seconds_max: float = Field(default=10.0, gt=0)
    idle_seconds_max: float = Field(default=3_600.0, gt=0)
    #: Observations that are told at once. Where more came meanwhile, they are left out, counted and logged.
    rows_max: int = Field(default=20_000, ge=1)
    batches_max: int = Field(default=5_000, ge=1)
    #: Of these, how often the database is asked whether a topic with options or with several steps means one.
    questions_max: int = Field(default=2_000, ge=1)
    #: For one such question. Whoever subscribes to what takes longer is sent away, so that nobody else waits for it again.
    question_seconds_max: float = Field(default=2.0, gt=0)
    #: How often the database is asked without any word from it, and again after it was away.
    poll_seconds: float = Field(default=2.0, gt=0)

    @model_validator(mode="after")
    def _has_links(self) -> MqttSettings:
        if self.port is not None and self.hub_url is None:
            raise ValueError("FALAJ_STA_MQTT_PORT needs FALAJ_STA_MQTT_HUB_URL")
        return self
