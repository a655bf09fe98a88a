"""All settings of the API: what any answer needs, and those of its rooms."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from hub_api.city.air_quality.settings import AirQualityApiSettings
from hub_api.city.forecasts.settings import ForecastApiSettings
from hub_api.city.status.settings import StatusSettings
from hub_api.city.stream.settings import StreamSettings
from hub_api.city.transport.settings import TransportApiSettings
from hub_api.programme.open_data.settings import InnovationApiSettings
from hub_api.serving.settings import ServingSettings
from hub_api.standards.catalogue.settings import CatalogueSettings
from hub_api.standards.gtfs_realtime.settings import GtfsRealtimeSettings
from hub_api.standards.ngsi_ld.settings import NgsiLdSettings
from hub_api.standards.ogc.settings import OgcSettings
from hub_api.standards.sensorthings.mqtt.settings import MqttSettings
from hub_api.standards.sensorthings.settings import SensorThingsSettings
from hub_api.standards.sensorthings.writing.settings import WritingSettings


class ApiSettings(ServingSettings):
    """Besides those of :class:`ServingSettings`, which have the same prefix."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_API_", frozen=True)

    #: See ``FALAJ_STREAM_…``.
    stream: StreamSettings = Field(default_factory=StreamSettings)
    #: See ``FALAJ_STATUS_…``.
    status: StatusSettings = Field(default_factory=StatusSettings)
    #: See ``FALAJ_AIR_QUALITY_API_…``.
    air_quality: AirQualityApiSettings = Field(default_factory=AirQualityApiSettings)
    #: See ``FALAJ_FORECAST_API_…``.
    forecasts: ForecastApiSettings = Field(default_factory=ForecastApiSettings)
    #: See ``FALAJ_TRANSPORT_API_…``.
    transport: TransportApiSettings = Field(default_factory=TransportApiSettings)
    #: See ``FALAJ_GTFS_REALTIME_…``.
    gtfs_realtime: GtfsRealtimeSettings = Field(default_factory=GtfsRealtimeSettings)
    #: See ``FALAJ_NGSI_LD_…``.
    ngsi_ld: NgsiLdSettings = Field(default_factory=NgsiLdSettings)
    #: See ``FALAJ_STA_…``.
    sensorthings: SensorThingsSettings = Field(default_factory=SensorThingsSettings)
    #: See ``FALAJ_STA_MQTT_…``.
    sensorthings_endpoint: MqttSettings = Field(default_factory=MqttSettings)
    sensorthings_writing: WritingSettings = Field(default_factory=WritingSettings)
    #: See ``FALAJ_INNOVATION_API_…``.
    innovation: InnovationApiSettings = Field(default_factory=InnovationApiSettings)
    #: See ``FALAJ_OGC_…``.
    ogc: OgcSettings = Field(default_factory=OgcSettings)
    #: See ``FALAJ_CATALOGUE_…``.
    catalogue: CatalogueSettings = Field(default_factory=CatalogueSettings)
