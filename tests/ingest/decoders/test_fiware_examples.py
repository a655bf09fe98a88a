"""The published examples of FIWARE's models, in three forms each: what each holds, written by hand from the models.

The examples lie beside the checkout; without them the tests are skipped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ingest.decoders.rows import of, said

MADRID, MADRID_AT = (-3.712247222222222, 40.423852777777775), "2016-03-15T11:00:00"
AIR = {
    "air_quality_level": "moderate",
    "co_level": "moderate",
    "air_quality_index": (65, "1"),
    "air_temperature": (12.2, "Cel"),
    "relative_humidity": (0.54, "1"),
    "wind_speed": (0.64, "m/s"),
    "location": MADRID,
}
PARTICLES = {"pm4": 37, "particle_count": 108, "tsp": 73.3, "air_pressure": 1.1, "charge": 5}
BICYCLES = of(
    "urn:ngsi-ld:Bcn-BikeHireDockingStation-1",
    "2021-03-11T15:51:02+05:30",
    device_status="working",
    free_bicycles=(20, "{#}"),
    free_spaces=(10, "{#}"),
    out_of_service_spaces=(21, "{#}"),
    location=(2.180042, 41.397952),
)
CROWD = of(
    "urn:ngsi-ld:CrowdFlowObserved:Valladolid_1",
    "2018-08-07T11:10:00+00:00",
    people_count=(100, "{#}"),
    people_count__towards=(50, "{#}"),
    people_count__away=(50, "{#}"),
    headway=(5, "s"),
    congested="false",
)
FLEET = of(
    "urn:ngsi-ld:FleetVehicleStatus:16ea1c5c-5aa6-11e8-8144-4b82063ca31c",
    "2016-08-28T10:18:16+00:00",
    battery_level=(0.81, "1"),
    fuel_amount=(28, "L"),
    fuelling_amount=(95, "L"),
    vehicle_status="finished",
    vehicle_speed=(60, "km/h"),
    heading=(80, "deg"),
    in_restricted_area="true",
    odometer=18756,
    location=(-104.99404, 39.75621),
)
BOATS = {
    "item_count": (12, "{#}"),
    "item_occupancy": (0.1562, "1"),
    "congested": "false",
    "averageSpeed": 2.7,
    "averageLength": 7.44,
    "minSpeed": 2.6,
    "maxSpeed": 3.8,
    "headway": (156, "s"),
    "gap_distance": (35.28, "m"),
    "reversed_lane": "false",
    "location": (7.196545, 43.664809),
}
NOISE = {
    "sound_level_a_max": (94.5, "dB[SPL]"),
    "sound_level_a_equivalent": (67.8, "dB[SPL]"),
    "sound_level_a_equivalent/day": (65.4, "dB[SPL]"),
    "sound_level_a_slow": (91.6, "dB[SPL]"),
    "location": (-2.698, 42.8491),
}
TRAFFIC = {
    "vehicle_length": (9.87, "m"),
    "headway": (0.5, "s"),
    "vehicle_occupancy": (0.76, "1"),
    "reversed_lane": "false",
    "vehicle_count": (197, "{#}"),
    "vehicle_speed": (52.6, "km/h"),
}
LORRY = {
    "battery_level": (0.81, "1"),
    "weight": (314, "kg"),
    "service_status": "onRoute",
    "heading": (43, "deg"),
    "ignition": "true",
    "running_status": "running",
    "battery_status": "connected",
    "on_duty": "false",
    "altitude": (600, "m"),
}
MOVING = {"vehicle_speed": (50, "km/h"), "location": (-3.164485591715449, 40.62785133667262)}
WATER = {
    "water_flow": 12,
    "water_level/height": 3.52,
    "measured_area": (250, "m2"),
    "objectArea": 35,
    "object_height": (1.75, "m"),
    "object_height/max": (2.25, "m"),
    "object_volume": (17.5, "m3"),
    "location": (43.66481, 7.196545),
}
LEVELS = {"water_level": 2.4, "water_flow/discharge": 3}
OBSERVED_ON = "2021-03-11T15:51:02+05:30"
#: Values by thing and time, and refusals, of normalized, keyValues and JSON-LD.
EXAMPLES: dict[str, dict[str, dict[Any, Any]]] = {
    "AirQualityObserved": {
        "-normalized.json": of(
            "Madrid-AmbientObserved-28079004",
            MADRID_AT,
            co=(500, "mg/m3"),
            no=(45, "ug/m3"),
            no2=(69, "ug/m3"),
            nox=(139, "ug/m3"),
            so2=(11, "ug/m3"),
            wind_direction=(176, "deg"),
            **AIR,
            **PARTICLES,
        ),
        ".json": of(
            "Madrid-AmbientObserved-28079004",
            MADRID_AT,
            co=500,
            no=45,
            co2=69,
            nox=139,
            so2=11,
            wind_direction=(176, "deg"),
            rainfall=(0, "mm"),
            **AIR,
            **PARTICLES,
        ),
        ".jsonld": of(
            "urn:ngsi-ld:AirQualityObserved:Madrid-AmbientObserved-28079004",
            MADRID_AT,
            co=500,
            no=45,
            no2=69,
            nox=139,
            so2=11,
            wind_direction=(180, "deg"),
            rainfall=(0, "mm"),
            **AIR,
        ),
    },
    "BikeHireDockingStation": {"-normalized.json": BICYCLES, ".json": BICYCLES, ".jsonld": BICYCLES},
    "CrowdFlowObserved": {"-normalized.json": CROWD, ".json": CROWD, ".jsonld": CROWD},
    "FleetVehicleStatus": {"-normalized.json": FLEET, ".json": FLEET, ".jsonld": FLEET},
    "IndoorEnvironmentObserved": {
        "-normalized.json": of(
            "urn:ngsi:MuseoDemo_Room_1",
            "2020-06-08T17:54:00",
            people_count=(10, "{#}"),
            air_temperature=(12.2, "Cel"),
            relative_humidity=(0.54, "%"),  # the example says P1, which is per cent
            illuminance=(1000, "lx"),
            location=(40, 11),
        ),
        ".json": of(
            "urn:ngsi:MuseoDemo_Room_1",
            "2020-06-08T17:54:00",
            people_count=(10, "{#}"),
            air_temperature=(12.2, "Cel"),
            relative_humidity=(0.54, "1"),
            air_pressure=(1013.52, "hPa"),
            illuminance=(1000, "lx"),
            location=(40, 11),
        ),
        ".jsonld": of(
            "urn:ngsi-ld:IndoorEnvironmentObserved:urn:ngsi:MuseoDemo_Room_1",
            "2016-03-15T11:00:00",
            people_count=(10, "{#}"),
            air_temperature=(12.2, "Cel"),
            relative_humidity=(0.54, "1"),
            illuminance=(1000, "lx"),
            location=(40, 11),
        ),
    },
    "ItemFlowObserved": {
        "-normalized.json": of("FlowObserved:BFO-NCE-MNCA-SP-001", "2020-03-20T16:30:00+00:00", **BOATS),
        ".json": of("FlowObserved:BFO-NCE-MNCA-SP-001", "2020-03-20T16:30:00+00:00", **BOATS),
        ".jsonld": of("itemFlowObserved:BFO-NCE-MNCA-SP-001", "2020-03-20T16:30:00+00:00", **BOATS),
    },
    "NoiseLevelObserved": {
        "-normalized.json": of("Vitoria-NoiseLevelObserved", "2016-12-28T11:00:00+00:00", **NOISE),
        ".json": of("Vitoria-NoiseLevelObserved", "2016-12-28T11:00:00+00:00", **NOISE),
        ".jsonld": of(
            "urn:ngsi-ld:NoiseLevelObserved:Vitoria-NoiseLevelObserved", "2016-12-28T11:00:00+00:00", **NOISE
        ),
    },
    "TrafficFlowObserved": {
        "-normalized.json": of(
            "TrafficFlowObserved-Valladolid-osm-60821110", "2016-12-07T11:10:00+00:00", **TRAFFIC
        ),
        ".json": of("TrafficFlowObserved-Valladolid-osm-60821110", "2016-12-07T11:10:00+00:00", **TRAFFIC),
        ".jsonld": of(
            "urn:ngsi-ld:TrafficFlowObserved:TrafficFlowObserved-Valladolid-osm-60821110",
            "2016-12-07T11:10:00+00:00",
            **TRAFFIC,
        ),
    },
    "Vehicle": {
        "-normalized.json": {
            **of("vehicle:WasteManagement:1", OBSERVED_ON, **LORRY),
            **of("vehicle:WasteManagement:1", "2018-09-27T12:00:00", **MOVING),
        },
        ".json": of("vehicle:WasteManagement:1", OBSERVED_ON, **LORRY, **MOVING),
        ".jsonld": of("urn:ngsi-ld:Vehicle:vehicle:WasteManagement:1", OBSERVED_ON, **LORRY, **MOVING),
    },
    "WaterObserved": {
        "-normalized.json": of(
            "WaterObserved:MNCA-001", "2020-03-17T08:45:00.209000+00:00", **WATER, **LEVELS
        ),
        ".json": of("WaterObserved:MNCA-001", "2020-03-17T08:45:00.209000+00:00", **WATER, **LEVELS),
        ".jsonld": of("uri:ngsi:WaterObserved:MNCA-001", "2020-03-17T08:45:00.209000+00:00", **WATER),
    },
}
#: The normalized example of air quality has a boolean where its model has millimetres.
REFUSED = {("AirQualityObserved", "-normalized.json"): {"rainfall": "wrong_type"}}


@pytest.mark.parametrize("form", ["-normalized.json", ".json", ".jsonld"])
@pytest.mark.parametrize("model", EXAMPLES)
def test_examples_of_smart_data_models(shared_data: Path, model: str, form: str) -> None:
    payload = (shared_data / "devices" / "smart-data-models" / f"{model}.example{form}").read_bytes()
    assert said("ngsi", payload) == (EXAMPLES[model][form], REFUSED.get((model, form), {}), None)
