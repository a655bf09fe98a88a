"""Attributes of the Smart Data Models: which are observations, of what, and in which documented unit. Pure.

https://smartdatamodels.org: AirQualityObserved, WeatherObserved, IndoorEnvironmentObserved, NoiseLevelObserved,
TrafficFlowObserved, ItemFlowObserved, CrowdFlowObserved, BikeHireDockingStation, OffStreetParking, WasteContainer, Vehicle,
FleetVehicleStatus, WaterObserved, WaterQualityObserved, Device. A unit is here only where the model's description states it.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Code of the property and its documented unit.
MEASURES: Mapping[str, tuple[str, str | None]] = {
    # air
    "pm1": ("pm1", None),
    "pm25": ("pm2_5", None),
    "pm2_5": ("pm2_5", None),
    "pm4": ("pm4", None),
    "pm10": ("pm10", None),
    "tsp": ("tsp", None),
    "tpc": ("particle_count", None),
    "co": ("co", None),
    "co2": ("co2", None),
    "no": ("no", None),
    "no2": ("no2", None),
    "nox": ("nox", None),
    "o3": ("o3", None),
    "so2": ("so2", None),
    "nh3": ("nh3", None),
    "sh2": ("h2s", None),
    "h2s": ("h2s", None),
    "c6h6": ("benzene", None),
    "volatileOrganicCompoundsTotal": ("tvoc", None),
    "airQualityIndex": ("air_quality_index", "1"),
    # weather and rooms
    "temperature": ("air_temperature", "Cel"),
    "relativeHumidity": ("relative_humidity", "1"),
    "atmosphericPressure": ("air_pressure", "hPa"),
    "pressure": ("air_pressure", None),
    "dewPoint": ("dew_point", "Cel"),
    "feelsLikeTemperature": ("apparent_temperature", "Cel"),
    "feelLikesTemperature": ("apparent_temperature", "Cel"),
    "streamGauge": ("water_level", "cm"),
    "windSpeed": ("wind_speed", "m/s"),
    "windDirection": ("wind_direction", "deg"),
    "gustSpeed": ("wind_gust", "m/s"),
    "precipitation": ("rainfall", "mm"),
    "solarRadiation": ("solar_irradiance", "W/m2"),
    "illuminance": ("illuminance", "lx"),
    "uVIndexMax": ("uv_index", "1"),
    "snowHeight": ("snow_depth", "cm"),
    "soilTemperature": ("soil_temperature", "Cel"),
    # noise
    "LAeq": ("sound_level_a_equivalent", "dB[SPL]"),
    "LAmax": ("sound_level_a_max", "dB[SPL]"),
    "LAeq_d": ("sound_level_a_equivalent/day", "dB[SPL]"),
    "LAS": ("sound_level_a_slow", "dB[SPL]"),
    # traffic and people
    "averageVehicleSpeed": ("vehicle_speed", "km/h"),
    "averageVehicleLength": ("vehicle_length", "m"),
    "averageHeadwayTime": ("headway", "s"),
    "averageGapDistance": ("gap_distance", "m"),
    "peopleCount": ("people_count", "{#}"),
    "peopleCountTowards": ("people_count/towards", "{#}"),
    "peopleCountAway": ("people_count/away", "{#}"),
    "availableBikeNumber": ("free_bicycles", "{#}"),
    "freeSlotNumber": ("free_spaces", "{#}"),
    "outOfServiceSlotNumber": ("out_of_service_spaces", "{#}"),
    "availableSpotNumber": ("free_spaces", "{#}"),
    "occupiedSpotNumber": ("occupied_spaces", "{#}"),
    # vehicles
    "speed": ("vehicle_speed", "km/h"),
    "bearing": ("heading", "deg"),
    "heading": ("heading", "deg"),
    "vehicleAltitude": ("altitude", "m"),
    "cargoWeight": ("weight", "kg"),
    "mileageFromOdometer": ("odometer", None),
    "fuelLevel": ("fuel_level", "1"),
    "restFuelAmount": ("fuel_amount", "L"),
    "lastFuellingAmount": ("fuelling_amount", "L"),
    # devices and containers
    "battery": ("battery_level", "1"),
    "batteryLevel": ("battery_level", "1"),
    "rssi": ("signal_strength", None),
    "fillingLevel": ("fill_level", "1"),
    "methaneConcentration": ("methane", None),
    # water
    "waterLevel": ("water_level", None),
    "height": ("water_level/height", None),
    "flow": ("water_flow", None),
    "waterDischarge": ("water_flow/discharge", None),
    "measuredArea": ("measured_area", "m2"),
    "objectHeightAverage": ("object_height", "m"),
    "objectHeightMax": ("object_height/max", "m"),
    "objectVolume": ("object_volume", "m3"),
    "pH": ("water_ph", "[pH]"),
    "turbidity": ("turbidity", None),
    "salinity": ("salinity", None),
    "conductivity": ("water_conductivity", None),
    "orp": ("orp", None),
}
#: What these mean depends on the type of the entity.
BY_TYPE: Mapping[str, Mapping[str, tuple[str, str | None]]] = {
    "TrafficFlowObserved": {"intensity": ("vehicle_count", "{#}"), "occupancy": ("vehicle_occupancy", "1")},
    "ItemFlowObserved": {"intensity": ("item_count", "{#}"), "occupancy": ("item_occupancy", "1")},
    "WaterQualityObserved": {"temperature": ("water_temperature", "Cel")},
}
#: Texts and booleans that are observations.
STATES: Mapping[str, str] = {
    "airQualityLevel": "air_quality_level",
    "coLevel": "co_level",
    "weatherType": "weather",
    "congested": "congested",
    "status": "device_status",
    "currentStatus": "vehicle_status",
    "serviceStatus": "service_status",
    "vehicleRunningStatus": "running_status",
    "deviceBatteryStatus": "battery_status",
    "ignitionStatus": "ignition",
    "inRestrictedArea": "in_restricted_area",
    "serviceOnDuty": "on_duty",
    "reversedLane": "reversed_lane",
    "reverseLane": "reversed_lane",
}
#: Numbers and booleans that tell who, where, how many there are or how sure somebody is, and observe nothing.
LEFT_OUT = frozenset(
    {
        "laneId",
        "totalSlotNumber",
        "totalSpotNumber",
        "reliability",
        "currentTripCount",
        "wardId",
        "reportId",
        "stationCode",
        "fuelEfficiency",
        "fuelFilled",
        "tripNetWeightCollected",
        "unitCode",
        "storedWasteCode",
    }
)
#: Where the instant of an entity stands. The start of a period comes first: it has a zone more often.
TIMES = (
    "dateObservedFrom",
    "dateObserved",
    "observedAt",
    "TimeInstant",
    "timeInstant",
    "observationDateTime",
    "observationDate",
    "lastKnownPositionUpdatedAt",
    "dateLastValueReported",
    "timestamp",
    "dateModified",
    "modifiedAt",
)
POSITIONS = ("location", "lastKnownPosition", "position")
#: ``-1`` stands for "not known" in these (Vehicle, FleetVehicleStatus).
MINUS_ONE_IS_UNKNOWN = frozenset({"speed", "heading", "bearing", "batteryLevel", "battery", "fillingLevel"})
