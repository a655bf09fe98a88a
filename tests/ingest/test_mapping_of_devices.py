"""Messages of devices as their public repositories describe them, typed anew with values of our own: each is mapped and stored right.

The names and shapes are those of the repositories named beside them. ``choices`` is what a person has to say (``falaj sources map --set``);
where it is empty the guesses are right as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from tests.ingest.test_field_guesses import mapped


class Device(NamedTuple):
    """A message, what it says in the units of the vocabulary, of which thing and when (None: the time of arrival)."""

    repository: str
    topic: str
    message: Any
    stored: dict[str, Any]
    thing: str
    time: int | None = None
    choices: Mapping[str, str] = MappingProxyType({})
    topics: tuple[str, ...] = ()


DEVICES: list[Device] = [
    Device(
        "diogotorres97/devices-iot-simulator",
        "temp-hum-readings",
        {"node-id": "NODE-3", "sensor": "dht11", "hum-percent": 36, "temp-C": 21.2, "heatindex-C": 14.7, "dewpoint": 5.5, "timestamp": 1777607987},
        {"air_temperature": 21.2, "relative_humidity": 36, "apparent_temperature": 14.7, "dew_point": 5.5},
        "NODE-3", 1777607987,
    ),
    Device(
        "thingsboard/data-converters, Milesight AM102", "am102/24e124000000",
        {"battery": 100, "temperature": 28, "humidity": 54.5},
        {"battery_level": 100, "air_temperature": 28, "relative_humidity": 54.5}, "24e124000000",
    ),
    Device(
        "Milesight-IoT/SensorDecoders, EM500-LGT", "em500/24e124000001", {"battery": 99, "illumination": 80},
        {"battery_level": 99, "illuminance": 80}, "24e124000001",
    ),
    Device(
        "Milesight-IoT/SensorDecoders, EM500-UDL", "em500/24e124000002", {"battery": 98, "distance": 30},
        {"battery_level": 98, "distance": 30}, "24e124000002",
    ),
    Device(
        "miller45/jiotsensorhub", "tele/sonoff/ATC04b555/SENSOR",
        {"mac": "a4c13804b555", "Temperature": 25.1, "Humidity": 56.3, "DewPoint": 15.8, "Btn": 1, "Battery": 54, "RSSI": -43},
        {"air_temperature": 25.1, "relative_humidity": 56.3, "dew_point": 15.8, "battery_level": 54, "signal_strength": -43},
        "a4c13804b555",
    ),
    Device(
        "an ESP32 with a DHT22 by paho (tenants/…/temperature)", "tenants/umc/esp32-001/temperature",
        {"value": 28.5, "unit": "celsius", "sensor": "dht22"},
        {"air_temperature": 28.5}, "esp32-001",
    ),
    Device(
        "a sender of PBoT (unit and val)", "PBoT/1/1001/stat/_cur",
        {"tm": 1777608000, "temp": {"unit": "C", "val": 23.5}, "humi": {"unit": "%", "val": 35}, "co2": {"unit": "ppm", "val": 2000}},
        {"air_temperature": 23.5, "relative_humidity": 35, "co2": 2000}, "1001", 1777608000,
    ),
    Device(
        "Devtank, JSON over MQTT", "devtank/kettle",
        {"UNIX": 1777607134, "NAME": "Kettle1 Mon", "VALUES": {"TEMP": "23.5", "TEMP_min": "23", "TEMP_max": "24", "CC1": "15.5"}},
        {"air_temperature": 23.5, "air_temperature/min": 23, "air_temperature/max": 24, "electric_current": 15.5},
        "Kettle1 Mon", 1777607134, {"VALUES.CC1": "electric_current:A"},
    ),
    Device(
        "fremtidens-rederikontor/mi-iot, buoy", "buoys/oresund",
        {"deviceName": "Oresund", "time": 1777607000000, "latitude": 55.6, "longitude": 12.8, "RawWindSpeed": 7.4, "RawWindDir": 212},
        {"location": [12.8, 55.6], "wind_speed/raw": 7.4, "wind_direction/raw": 212}, "Oresund", 1777607000,
    ),
    Device(
        "kinasmith/chirpstack_projects, WXT weather station", "wxt/field",
        {"DIR_MIN": 106, "DIR_AVG": 278, "DIR_MAX": 27, "SPD_LUL": 0.1, "SPD_AVG": 0.2, "SPD_GST": 0.4, "AIR_TEM": 19.7, "AIR_HUM": 44.1, "AIR_PRS": 1008.2, "RAI_AMT": 1.2, "RAI_INT": 0, "BAT_VOL": 12.4},
        {"wind_direction": 278, "wind_direction/min": 106, "wind_direction/max": 27, "wind_speed/lull": 0.1, "wind_speed": 0.2, "wind_gust": 0.4, "air_temperature": 19.7, "relative_humidity": 44.1, "air_pressure": 1008.2, "precipitation_total": 1.2, "precipitation_rate": 0, "battery_voltage": 12.4},
        "field", None,
        {
            "DIR_MIN": "wind_direction/min:deg", "DIR_AVG": "wind_direction:deg", "DIR_MAX": "wind_direction/max:deg", "SPD_LUL": "wind_speed/lull:m/s", "SPD_AVG": "wind_speed:m/s",
            "SPD_GST": "wind_gust:m/s", "AIR_TEM": "air_temperature:Cel", "AIR_HUM": "relative_humidity:%", "AIR_PRS": "air_pressure:hPa", "RAI_AMT": "precipitation_total:mm",
            "RAI_INT": "precipitation_rate:mm/h", "BAT_VOL": "battery_voltage:V",
        },
    ),
    Device(
        "hafenmeister decoder, Dragino level", "dragino/quay-1",
        {"LoRa_Voltage": 3.61, "Distance_mm": 1234, "Temperature": 21.5, "Device": "Dragino", "Timestamp_UTC": "Fri, 01 May 2026 03:50:00 GMT"},
        {"battery_voltage": 3.61, "distance": 1234, "air_temperature": 21.5}, "Dragino", 1777607400,
        {"LoRa_Voltage": "battery_voltage:V"},
    ),
    Device(
        "LaCrosse WS2300 decoder of TTN", "ws2300/roof",
        {"idMsg": 77, "time": 1777607500, "SensorId": 12, "WindSpeed": 3.4, "WindDirection": 8, "GustSpeed": 5.1, "Rainfall": 12.4},
        {"wind_speed": 3.4, "wind_gust": 5.1, "precipitation_total": 12.4}, "12", 1777607500,
        {"WindDirection": "ignore"},
    ),
    Device(
        "decoder of a LoRaWAN weather station (windgustdir, baropress)", "ws/north",
        {"windgust": 8.1, "windgustdir": 200, "temp": 24.5, "humidity": 61.2, "baropress": 1009.1, "rainfallrate": 0.2, "windspeed": 4.4, "winddirn": 190, "dailyraintl": 3.2},
        {"wind_gust": 8.1, "wind_direction/gust": 200, "air_temperature": 24.5, "relative_humidity": 61.2, "air_pressure": 1009.1, "precipitation_rate": 0.2, "wind_speed": 4.4, "wind_direction": 190, "precipitation_total/daily": 3.2},
        "north", None,
        {"windgustdir": "wind_direction/gust:deg", "dailyraintl": "precipitation_total/daily:mm", "winddirn": "wind_direction:deg"},
    ),
    Device(
        "oh2mp/gpsmqtt", "gps/van-1", {"la": 60.17, "lo": 24.94, "kmh": 42, "cou": 180, "alt": 12},
        {"location": [24.94, 60.17], "vehicle_speed": 42, "heading": 180, "altitude": 12}, "van-1", None,
        {"la": "latitude", "lo": "longitude", "kmh": "vehicle_speed:km/h", "cou": "heading:deg"},
    ),
    Device(
        "figdavi/busuff", "bus/positions",
        {"vehicle": {"id": "bus-12"}, "gps": {"timestamp_utc": "2026-05-01T03:55:00Z", "location": {"lat": -27.6, "lng": -48.52}, "speed_kmh": 31.5, "course_deg": 87.0, "num_satellites": 9, "hdop": 0.9}},
        {"location": [-48.52, -27.6], "vehicle_speed": 31.5, "heading": 87, "satellites": 9}, "bus-12", 1777607700,
        {"gps.hdop": "ignore"},
    ),
    Device(
        "logger of a car, subaru/gps", "subaru/gps",
        {"ts_ns": 1777607800000000000, "lat": 23.6, "lon": 58.4, "speed_mps": 12.5, "track_deg": 44.0, "fixq": 1, "sats": 8},
        {"location": [58.4, 23.6], "vehicle_speed": 45, "heading": 44, "satellites": 8}, "subaru", 1777607800,
        {"fixq": "ignore"},
    ),
    Device(
        "nathan-gs/nix-conf, water meter", "watermeter/reading/current_value", b"412345",
        {"water_volume": 412.345}, "watermeter", None, {"current_value": "water_volume:L"},
    ),
    Device(
        "a soil node with cJSON (moisture_percent)", "soil/data",
        {"timestamp": 1777607900000, "device_id": "soil-4", "voltage": 1.92, "moisture_percent": 41.5},
        {"voltage": 1.92, "soil_moisture": 41.5}, "soil-4", 1777607900,
    ),
    Device(
        "TeltonikaFMB920Data of a fleet server", "fleet/positions",
        {"imei": "352094080000002", "timestamp": 1777607950000, "priority": 1, "longitude": 58.41, "latitude": 23.61, "altitude": 31, "angle": 270, "satellites": 11, "speed": 54, "ioElements": {"239": 1}},
        {"location": [58.41, 23.61], "altitude": 31, "heading": 270, "satellites": 11, "vehicle_speed": 54}, "352094080000002", 1777607950,
        {"angle": "heading:deg", "priority": "ignore", "ioElements.239": "ignore"},
    ),
    Device(
        "wmbusmeters, a heat meter", "wmbusmeters/heat",
        {"media": "heat", "meter": "sharky774", "name": "heat", "id": "44000001", "total_energy_consumption_kwh": 2651.0, "total_volume_m3": 150.34, "volume_flow_m3h": 0.018, "power_kw": 0.2, "flow_temperature_c": 42.3, "return_temperature_c": 28.1, "timestamp": "2026-05-01T03:58:00Z"},
        {"thermal_energy": 2651, "water_volume": 150.34, "water_flow": 0.005, "thermal_power": 200, "flow_temperature": 42.3, "return_temperature": 28.1},
        "44000001", 1777607880,
        {"total_energy_consumption_kwh": "thermal_energy:kW.h", "power_kw": "thermal_power:kW"},
    ),
    Device("ambient-weather-to-mqtt","ambientweather/00-00-00-00-00-01/sensor",{"station":{"mac":"00:00:00:00:00:01","type":"AMBWeatherV4.3.3","battery":{"outdoor":"Normal"}},"temperature":{"indoor":{"fahrenheit":68.5,"celsius":20.28},"outdoor":{"fahrenheit":55.8,"celsius":13.22}},"humidity":{"indoor":{"percentage":61},"outdoor":{"percentage":43}}},
     {"room_temperature":20.28,"air_temperature":13.22,"room_humidity":61,"relative_humidity":43},"00:00:00:00:00:01",None,
     {"temperature.indoor.celsius":"room_temperature:Cel","temperature.indoor.fahrenheit":"ignore","temperature.outdoor.celsius":"air_temperature:Cel","temperature.outdoor.fahrenheit":"ignore","humidity.indoor.percentage":"room_humidity:%","humidity.outdoor.percentage":"relative_humidity:%"}),
    Device("BCIT buoy","aws/0/1/data",{"do":80.3,"ec":250.21,"liqlev":True,"ph":7.03,"tds":550.96,"tbd":0.8,"wf":1.904,"wp":9.81,"temp":20.34},
     {"oxygen_saturation":80.3,"water_conductivity":250210,"water_ph":7.03,"total_dissolved_solids":550.96,"turbidity":0.8,"water_flow":1.904,"water_pressure":9.81,"water_temperature":20.34},"1",None,
     {"do":"oxygen_saturation:%","ec":"water_conductivity:mS/cm","liqlev":"ignore","tbd":"turbidity:{NTU}","wf":"water_flow:L/s","wp":"water_pressure:kPa","temp":"water_temperature:Cel"}),
    Device("OpenDTU by wuan/mqtt-gateway","solar/114190641177/0/powerdc",b"312.6",{"electric_power/dc":312.6},"114190641177",None,{"powerdc":"electric_power/dc:W"}),
    Device("tatatitutatuay/IoT-project","sensor/data",{"type":"temp","value":25.5},{"air_temperature":25.5},"sensor"),
    Device("growatt2radio","PV-Inverter-Receiver-0BB87C/data",{"faultcode":0,"outputpower":412.5,"gridvoltage":231.2,"gridfrequency":50.01,"energytoday":3.2,"energytotal":812.4},
     {"electric_power":412.5,"voltage":231.2,"electric_frequency":50.01,"energy_today":3.2,"electric_energy":812.4},"PV-Inverter-Receiver-0BB87C",None,{"outputpower":"electric_power:W","gridvoltage":"voltage:V","gridfrequency":"electric_frequency:Hz","energytoday":"energy_today:kW.h","faultcode":"ignore"}),
    Device("Deye inverter gateway","deye/dc/pv1/voltage",b"34.5",{"voltage":34.5},"pv1"),
    Device("dhbw topics","dhbw/ai/si2023/6/temp/7",{"timestamp":"1777607733","value":[23.45],"sequence":123,"meta":{"firmware":"v1.2.3","startup":"1777600000"}},{"air_temperature":23.45},"7",1777607733,{"temp.meta.startup":"ignore"},("dhbw/ai/si2023/+/{field}/{thing}",)),
    Device("ththemelis/AirQuality","airquality/bme680/pressure",b"1009.2",{"air_pressure":1009.2},"bme680"),
    Device("ychefla/paku-iot","paku/ruuvi/van_inside",{"sensor_id":"van_inside","temperature_c":21.5,"humidity_percent":45.2,"pressure_hpa":1003.2,"acceleration_x_mg":-23,"acceleration_y_mg":5,"acceleration_z_mg":1015,"acceleration_total_mg":1016,"tx_power_dbm":4,"movement_counter":120,"measurement_sequence":34123,"battery_mv":2870,"mac":"AA:BB:CC:DD:EE:01","timestamp":"2026-05-01T03:30:00Z"},
     {"air_temperature":21.5,"relative_humidity":45.2,"air_pressure":1003.2,"acceleration_x":-0.22555295,"acceleration_y":0.04903325,"acceleration_z":9.95374975,"acceleration":9.9635564,"battery_voltage":2.87},"AA:BB:CC:DD:EE:01",1777606200,
     {"acceleration_x_mg":"acceleration_x:[g]/1000","acceleration_y_mg":"acceleration_y:[g]/1000","acceleration_z_mg":"acceleration_z:[g]/1000","acceleration_total_mg":"acceleration:[g]/1000","tx_power_dbm":"ignore","movement_counter":"ignore","measurement_sequence":"ignore"}),
    Device("yashrajzala/Node-Red_greenhouse","greenhouse/1/node/Node01/data",{"Air_Temp":28.4,"Air_Rh":66,"Leaf_temp":26.1,"Light_Par":812,"Bag_Temp":24.2,"drip_weight":1.25},
     {"air_temperature":28.4,"relative_humidity":66,"leaf_temperature":26.1,"photosynthetic_radiation":812,"soil_temperature":24.2,"weight":1.25},"Node01",None,{"Bag_Temp":"soil_temperature:Cel","drip_weight":"weight:kg","Light_Par":"photosynthetic_radiation","Air_Rh":"relative_humidity:%","Air_Temp":"air_temperature:Cel"}),
    Device("supermomme/greenhouse","greenhouse/temperature/indoor",b"24.5",{"room_temperature":24.5},"greenhouse",None,{"temperature/indoor":"room_temperature:Cel"},("{thing}/{field}",)),
    Device("AquaMind","sensor/nivelAgua",{"distancia":15.5,"desnivel":False,"bomba":False,"compuerta":False},{"distance":155,"pump_state":"off"},"nivelAgua",None,{"distancia":"distance:cm","desnivel":"ignore","bomba":"pump_state","compuerta":"ignore"}),
    Device("Invernadero TEMHUM","Invernadero/TEMHUM1/data",{"temperatura":26.1,"humedad":41.8,"heatindex":25.9,"dewpoint":12.3,"rssi":-60,"boot":3},{"air_temperature":26.1,"relative_humidity":41.8,"apparent_temperature":25.9,"dew_point":12.3,"signal_strength":-60},"TEMHUM1",None,{"temperatura":"air_temperature:Cel","humedad":"relative_humidity:%"}),
    Device("aparcar/lorawan_nodes","lora/70B3D57ED0044290",{"analog_in_1":0.2,"analog_in_2":31.5,"digital_out_1":3,"temperature_1":18.4,"voltage_1":3.9},{"precipitation_rate":12,"soil_moisture":31.5,"air_temperature/1":18.4,"battery_voltage":3.9},"70B3D57ED0044290",None,{"analog_in_1":"precipitation_rate:mm/min","analog_in_2":"soil_moisture:%","digital_out_1":"ignore","voltage_1":"battery_voltage:V"}),
    # Of messages that stand in public code and were found by a field of theirs.
    Device("landslide node (nodeId, tiltDegrees)", "landsora/KDG-03/telemetry", {"nodeId": "KDG-03", "rainfallMm": 18.4, "soilMoisture": 78.2, "tiltDegrees": 0.084, "batteryVoltage": 3.92, "wifiRssiDbm": -64, "temperatureC": 21.4, "humidity": 86.5}, {"precipitation_total": 18.4, "soil_moisture": 78.2, "tilt": 0.084, "battery_voltage": 3.92, "signal_strength": -64, "air_temperature": 21.4, "relative_humidity": 86.5}, "KDG-03"),
    Device("water meter of SmartUK", "uk/meters/readings", {"deviceId": "meter-101-cold-water", "value": 184.235, "unit": "m3", "measuredAt": "2026-05-01T03:40:00+00:00", "signalRssi": -72, "batteryVoltage": 3.42, "gatewayId": "gw-1", "devEui": "A1B2C3D4E5F60708", "frameCounter": 15}, {"water_volume": 184.235, "signal_strength": -72, "battery_voltage": 3.42, "sequence_number": 15}, "A1B2C3D4E5F60708", 1777606800, {"value": "water_volume:m3"}),
    Device("forest-fire node over LoRa", "fire/gw", {"gatewayId": "GW-01", "nodeId": "NODE-01", "packetSequence": 1025, "temperature": 29.4, "humidity": 68.2, "smokeAdc": 1820, "flameRaw": 4095, "flameDetected": False, "rssi": -85, "snr": 8.2, "batteryVoltage": 3.92}, {"air_temperature": 29.4, "relative_humidity": 68.2, "signal_strength": -85, "signal_to_noise": 8.2, "battery_voltage": 3.92, "fire": "off"}, "NODE-01", None, {"smokeAdc": "ignore", "flameRaw": "ignore"}),
    Device("VineGuard node", "vineguard/telemetry", {"deviceId": "vineguard-node-001", "soilMoisture": 25, "soilTempC": 18, "ambientTempC": 21, "ambientHumidity": 63, "lightLux": 245, "batteryVoltage": 3.9}, {"soil_moisture": 25, "soil_temperature": 18, "air_temperature": 21, "relative_humidity": 63, "illuminance": 245, "battery_voltage": 3.9}, "vineguard-node-001"),
    Device("battery room node with OTA", "room/data", {"deviceId": "6fe26f8eaf1e", "temperature": 23.5, "humidity": 45.2, "batteryVoltage": 3.7, "batteryPercentage": 85, "batteryTimeRemaining": 120, "timestamp": 1777607000}, {"air_temperature": 23.5, "relative_humidity": 45.2, "battery_voltage": 3.7, "battery_level": 85}, "6fe26f8eaf1e", 1777607000, {"batteryTimeRemaining": "ignore"}),
    Device("door sensor (DoorOpenStatus)", "doors/front", {"DeviceName": "Front Door Sensor", "DevEUI": "123456789ABCDEF0", "BatteryVoltage": 3.8, "DoorOpenTimes": 5, "DoorOpenStatus": 1, "LastDoorOpenDuration": 10, "Alarm": 0, "Timestamp": "2026-05-01T03:45:00Z"}, {"battery_voltage": 3.8, "door_openings": 5, "contact": "open", "alarm": "off"}, "123456789ABCDEF0", 1777607100, {"LastDoorOpenDuration": "ignore"}),
    Device("Dragino LHT65 by a .NET client", "lht65/up", {"BatV": 3.115, "Ext_sensor": "Temperature Sensor", "Hum_SHT": 50.8, "TempC_DS": 327.67, "TempC_SHT": 28.82, "device_id": "01822b1c", "raw": "zCsLQgH8AX//f/8=", "time": "2026-05-01T03:50:22.203323153Z"}, {"battery_voltage": 3.115, "relative_humidity/sht": 50.8, "air_temperature/ds": 327.67, "air_temperature/sht": 28.82}, "01822b1c", 1777607422),
    Device("SECOMO greenhouse", "secomo/data", {"device_id": "secomo-001", "timestamp": 1777607000, "sensors": {"soil_moisture_1": 45.2, "soil_moisture_2": 52.1, "temperature": 23.5, "humidity": 65.0, "pressure": 1013.25, "light_lux": 850, "water_level_cm": 15.3, "ph": 6.8}, "actuators": {"pump_main": False, "valve_a": False, "fan": False, "led": True}}, {"soil_moisture/1": 45.2, "soil_moisture/2": 52.1, "air_temperature": 23.5, "relative_humidity": 65, "air_pressure": 1013.25, "illuminance": 850, "water_level": 0.153, "water_ph": 6.8, "pump_state/main": "off", "valve_state/a": "closed", "switch_state/fan": "off", "switch_state/led": "on"}, "secomo-001", 1777607000, {"actuators.fan": "switch_state/fan", "actuators.led": "switch_state/led"}),
    Device("algae photobioreactor", "algae/reactor-1", {"algae_type": "Chlorella", "temperature_C": 28.0, "humidity_%": 65.0, "pH": 7.2, "light_intensity_umol_m2_s": 1200.0, "light_intensity_lux": 18000.0, "water_level_cm": 48.0, "dissolved_oxygen_mg_per_L": 8.0, "conductivity_uS_cm": 600.0, "turbidity_NTU": 2.5, "chlorophyll_a_ug_per_L": 38.0}, {"air_temperature": 28, "relative_humidity": 65, "water_ph": 7.2, "photosynthetic_radiation": 1200, "illuminance": 18000, "water_level": 0.48, "dissolved_oxygen": 8, "water_conductivity": 600, "turbidity": 2.5, "chlorophyll": 38}, "reactor-1"),
    Device("hydroponic reservoir", "farm/test-farm-001/coord/test-coord-001/reservoir/telemetry", {"fw_version": "2.1.0", "towers_online": 5, "wifi_rssi": -50, "status_mode": "operational", "uptime_s": 3600, "temp_c": 23.0, "ph": 6.2, "ec_ms_cm": 1.8, "tds_ppm": 900.0, "water_temp_c": 21.5, "water_level_pct": 78.0, "water_level_cm": 31.2, "low_water_alert": False, "main_pump_on": True, "dosing_pump_ph_on": False}, {"signal_strength": -50, "uptime": 3600, "air_temperature": 23, "water_ph": 6.2, "water_conductivity": 1800, "total_dissolved_solids": 900, "water_temperature": 21.5, "fill_level": 78, "water_level": 0.312, "alarm/low_water": "off", "pump_state/main": "on", "pump_state/ph": "off"}, "test-coord-001", None, {"towers_online": "ignore", "tds_ppm": "total_dissolved_solids:mg/L", "low_water_alert": "alarm/low_water", "dosing_pump_ph_on": "pump_state/ph"}),
    Device("AgroSphere edge", "agro/edge", {"timestamp": "2026-05-01T03:30:00.123456Z", "node_id": "agrosphere_edge_001", "temperature_celsius": 28.9, "humidity_percent": 42.0, "soil_moisture_percent": 12.0, "market_warning": True, "status": "CRITICAL"}, {"air_temperature": 28.9, "relative_humidity": 42, "soil_moisture": 12}, "agrosphere_edge_001", 1777606200, {"market_warning": "ignore"}),
    Device("balcony pods (senior-pomidor)", "balcony/telemetry", {"schema_version": "edge.telemetry.v2", "device_id": "balcony-edge-01", "timestamp_utc": "2026-05-01T03:35:00Z", "pods": {"pod_1": {"metrics": {"adc_raw": 12450.0, "soil_moisture_percent": 45.0, "soil_temperature_c": 22.4, "air_temperature_c": 24.5, "air_humidity_percent": 58.2, "air_pressure_hpa": 1008.3, "light_lux": 18000.0, "leaf_temp_c": 25.1}}}}, {"analog_input/raw": 12450, "soil_moisture/pod_1": 45, "soil_temperature/pod_1": 22.4, "air_temperature/pod_1": 24.5, "relative_humidity/pod_1": 58.2, "air_pressure/pod_1": 1008.3, "illuminance/pod_1": 18000, "leaf_temperature/pod_1": 25.1}, "balcony-edge-01", 1777606500),
    Device("flood ESP32", "flood/s-7", {"timestamp": "2026-05-01T07:30:00", "rainfall_mm": 42.5, "water_level_m": 4.28, "soil_moisture_percent": 81.2, "battery_percent": 84, "signal_strength": 78}, {"precipitation_total": 42.5, "water_level": 4.28, "soil_moisture": 81.2, "battery_level": 84}, "s-7", 1777606200, {"signal_strength": "ignore"}),
    Device("factory reading with unit", "sensors/temperature/factory_1", {"value": 25.5, "unit": "celsius"}, {"air_temperature": 25.5}, "factory_1"),
    Device("Milesight WS302 sound, as ChirpStack hands it on", "sound/1", {"time": "2026-05-01T03:55:00+00:00", "deviceInfo": {"deviceName": "sensor_sonido_1"}, "object": {"laeq": 61.2, "lai": 58.4, "laiMax": 71.0, "battery": 97}}, {"sound_level_a_equivalent": 61.2, "battery_level": 97}, "sensor_sonido_1", 1777607700, {"object.lai": "ignore", "object.laiMax": "ignore"}),
    Device("river node of a flood project", "river/node", {"sensor_node_id": "eeeeeeee-0000-4000-8000-000000000001", "water_level_cm": 228, "battery_voltage": 3.3, "node_status": "online", "scalar_reading": None}, {"water_level": 2.28, "battery_voltage": 3.3}, "eeeeeeee-0000-4000-8000-000000000001"),
    Device("PurpleAir, API", "purpleair/12", {"sensor": {"sensor_index": 12, "pm2.5_atm": 9.0, "pm10.0_atm": 13.0, "temperature": 77, "humidity": 50, "last_seen": 1777607000}}, {"pm2_5": 9, "pm10": 13, "air_temperature": 25, "relative_humidity": 50}, "12", 1777607000, {"sensor.pm2.5_atm": "pm2_5:ug/m3", "sensor.pm10.0_atm": "pm10:ug/m3"}),
    Device("microphone of a Raspberry Pi", "sensors/microphone", b"54.20", {"sound_level": 54.2}, "sensors", None, {"microphone": "sound_level:dB[SPL]"}),
    Device("slope node (crack, tilt, vibration)", "slope/zone-2", {"zone_id": "zone-2", "node_id": "n4", "tilt_x_deg": 1.2, "tilt_y_deg": -0.4, "vibration_amplitude_g": 0.02, "vibration_freq_hz": 12.0, "crack_displacement_mm": 3.1, "water_level_cm": 22.0, "gas_ppm": 410.0, "temperature_c": 27.1, "humidity_pct": 66.0}, {"tilt/x": 1.2, "tilt/y": -0.4, "acceleration": 0.196133, "crack_width": 3.1, "water_level": 0.22, "gas_concentration": 410, "air_temperature": 27.1, "relative_humidity": 66}, "n4", None, {"vibration_amplitude_g": "acceleration:[g]", "vibration_freq_hz": "ignore", "gas_ppm": "gas_concentration:[ppm]"}),
    # Of those whose position is one text, whose values are named beside them, or whose names mean something among their neighbours.
    Device("a bin with its position as a text", "bins/post", {"DeviceId": "sb-9", "Temperature": 31.5, "Methane": 2.4, "FillLevel": 63.0, "Location": "158.41,23.58", "Alerts": []}, {"air_temperature": 31.5, "ch4": 2.4, "fill_level": 63, "location": [158.41, 23.58]}, "sb-9"),
    Device("a bin by its identifier", "bins/data", {"bin_id": "B-12", "fill_level": 41, "lat": 23.58, "lng": 58.41}, {"fill_level": 41, "location": [58.41, 23.58]}, "B-12"),
    Device("DVM000/plugin-exosonde-lorawan", "sonde/95d6ec7d", [{"measurements": [{"name": "version", "value": 1, "unit": ""}, {"name": "Wiper_Position", "value": 1.2, "unit": "V"}, {"name": "Temperature", "value": 24.5, "unit": "C"}]}], {"water_temperature": 24.5}, "95d6ec7d", None, {"0.measurements.Temperature.value": "water_temperature:Cel", "0.measurements.Wiper_Position.value": "ignore"}),
    Device("farm node with nutrients", "farm/site3/nodeC/telemetry", {"site": "site3", "node": "nodeC", "soil_moisture": 38.5, "temperature": 31.0, "humidity": 41.5, "ph": 7.1, "n": 8.2, "p": 15.1, "k": 20.4}, {"soil_moisture": 38.5, "air_temperature": 31, "relative_humidity": 41.5, "soil_ph": 7.1, "soil_nitrogen": 8.2, "soil_phosphorus": 15.1, "soil_potassium": 20.4}, "nodeC"),
    Device("a cooler with wanted and measured values", "company/hvac/things/9", {"deviceId": "9", "dateTime": "2026-05-01T12:58:20+09:00", "targetValue": {"status": "cold", "temperature": 21.0, "humidity": 55.0}, "sensorValue": {"temperature": 24.5, "humidity": 47.5}}, {"target_temperature": 21, "air_temperature": 24.5, "relative_humidity": 47.5}, "9", 1777607900),
]  # fmt: skip


def outcome_of(
    device: Device, choices: Mapping[str, str]
) -> tuple[dict[str, Any], set[str], set[int], list[str]]:
    _, outcome = mapped(device.message, device.topic, None, device.topics, **choices)
    stored = {each.datastream: each.result for each in outcome.values}
    things = {str(each.device or each.code) for source in outcome.proposal.sources for each in source.things}
    return (
        stored,
        things,
        {int(each.time.timestamp()) for each in outcome.values},
        [each.detail for each in outcome.refused],
    )


@pytest.mark.parametrize("device", DEVICES, ids=[each.repository for each in DEVICES])
def test_a_message_of_a_device_is_stored_right(device: Device) -> None:
    stored, things, times, refused = outcome_of(device, device.choices)
    assert stored == {name: pytest.approx(value) for name, value in device.stored.items()}
    assert things == {device.thing}
    assert times == {device.time or 1_777_608_030}
    assert refused == []
