"""The vocabularies; names stand in ``messages``. Codes are stored, so one is added and none is renamed.

Maturity follows the nine technology readiness levels of ISO 16290. Money is in baisa, the minor unit of
the rial: 1 OMR = 1,000 baisa.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import IntEnum

from casework.workflow.wording import Label, Labelled

PACKAGE = "casework.taxonomy"
BAISA_PER_RIAL = 1_000


class Sector(Labelled, package=PACKAGE, table="sector"):
    """Whose work a need is about."""

    ENVIRONMENT = "environment"
    TRANSPORT = "transport"
    WATER = "water"
    ENERGY = "energy"
    WASTE = "waste"
    HEALTH = "health"
    EDUCATION = "education"
    TOURISM = "tourism"
    PUBLIC_SAFETY = "public_safety"
    MUNICIPAL_SERVICES = "municipal_services"
    URBAN_PLANNING = "urban_planning"
    AGRICULTURE = "agriculture"
    FISHERIES = "fisheries"
    LOGISTICS = "logistics"
    HERITAGE = "heritage"
    SOCIAL_SERVICES = "social_services"


class Capability(Labelled, package=PACKAGE, table="capability"):
    """What an offering can do, and what a need asks for."""

    AIR_QUALITY_SENSING = "air_quality_sensing"
    NOISE_SENSING = "noise_sensing"
    WEATHER_SENSING = "weather_sensing"
    WATER_QUALITY_SENSING = "water_quality_sensing"
    FLOOD_WARNING = "flood_warning"
    LEAK_DETECTION = "leak_detection"
    METERING = "metering"
    IRRIGATION_CONTROL = "irrigation_control"
    TRAFFIC_COUNTING = "traffic_counting"
    TRAFFIC_CONTROL = "traffic_control"
    PARKING_GUIDANCE = "parking_guidance"
    FLEET_TRACKING = "fleet_tracking"
    ROUTE_PLANNING = "route_planning"
    PASSENGER_INFORMATION = "passenger_information"
    TICKETING = "ticketing"
    VEHICLE_CHARGING = "vehicle_charging"
    SMART_LIGHTING = "smart_lighting"
    ENERGY_MANAGEMENT = "energy_management"
    SOLAR_MONITORING = "solar_monitoring"
    BUILDING_AUTOMATION = "building_automation"
    WASTE_LEVEL_SENSING = "waste_level_sensing"
    VIDEO_ANALYTICS = "video_analytics"
    PEOPLE_COUNTING = "people_counting"
    EMERGENCY_DISPATCH = "emergency_dispatch"
    STRUCTURAL_MONITORING = "structural_monitoring"
    DRONE_SURVEY = "drone_survey"
    SATELLITE_IMAGERY = "satellite_imagery"
    FORECASTING = "forecasting"
    DIGITAL_TWIN = "digital_twin"
    GIS = "gis"
    OPEN_DATA_PORTAL = "open_data_portal"
    DATA_INTEGRATION = "data_integration"
    DASHBOARDS = "dashboards"
    MOBILE_APP = "mobile_app"
    ONLINE_PAYMENT = "online_payment"
    E_PERMITS = "e_permits"
    COMPLAINT_HANDLING = "complaint_handling"
    ARABIC_LANGUAGE_AI = "arabic_language_ai"
    TELEMEDICINE = "telemedicine"
    LEARNING_PLATFORM = "learning_platform"


class Standard(Labelled, package=PACKAGE, table="standard"):
    """Protocols and data formats that systems of a city speak with one another."""

    MQTT = "mqtt"
    SENSORTHINGS = "sensorthings"
    NGSI_LD = "ngsi_ld"
    LORAWAN = "lorawan"
    NB_IOT = "nb_iot"
    MODBUS = "modbus"
    OPC_UA = "opc_ua"
    BACNET = "bacnet"
    DLMS = "dlms"
    DALI = "dali"
    OCPP = "ocpp"
    GTFS = "gtfs"
    DATEX2 = "datex2"
    ONVIF = "onvif"
    CAP = "cap"
    WMS_WFS = "wms_wfs"
    CITYGML = "citygml"
    IFC = "ifc"
    DCAT = "dcat"
    FHIR = "fhir"
    OPENAPI = "openapi"


class Maturity(IntEnum):
    """Technology readiness levels."""

    PRINCIPLE_OBSERVED = 1
    CONCEPT_FORMULATED = 2
    CONCEPT_PROVEN = 3
    WORKS_IN_LABORATORY = 4
    WORKS_IN_LIKE_PLACE = 5
    MODEL_SHOWN = 6
    PROTOTYPE_IN_PLACE = 7
    COMPLETE_AND_TESTED = 8
    PROVEN_IN_USE = 9

    @property
    def label(self) -> Label:
        return Label(PACKAGE, f"maturity.{self.value}")


class PriceBand(Labelled, package=PACKAGE, table="price_band"):
    """What an offering costs to start with, or what a need may cost; half-open, from low to high."""

    UNDER_5K = "under_5k"
    FROM_5K_TO_25K = "5k_25k"
    FROM_25K_TO_100K = "25k_100k"
    FROM_100K_TO_500K = "100k_500k"
    OVER_500K = "over_500k"

    @property
    def rank(self) -> int:
        """0 for the lowest."""
        return list(PriceBand).index(self)

    @property
    def from_baisa(self) -> int:
        return _LOWER_BOUNDS[self.rank]

    @property
    def before_baisa(self) -> int | None:
        """The first amount above the band; None for the highest."""
        return (*_LOWER_BOUNDS[1:], None)[self.rank]

    @staticmethod
    def of(baisa: int) -> PriceBand:
        """The band of an amount; ValueError for one below zero."""
        if baisa < 0:
            raise ValueError(baisa)
        return tuple(PriceBand)[bisect_right(_LOWER_BOUNDS, baisa) - 1]


_LOWER_BOUNDS = tuple(rial * BAISA_PER_RIAL for rial in (0, 5_000, 25_000, 100_000, 500_000))


class ClientKind(Labelled, package=PACKAGE, table="client_kind"):
    """Who asks, and for whom somebody has worked before."""

    MUNICIPALITY = "municipality"
    MINISTRY = "ministry"
    GOVERNOR_OFFICE = "governor_office"
    UTILITY = "utility"
    HOSPITAL = "hospital"
    UNIVERSITY = "university"
    PORT_OR_AIRPORT = "port_or_airport"
    COMPANY = "company"
