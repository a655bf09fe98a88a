"""Words in the names of fields that devices send: units, qualifiers, and what is no measurement. Tables alone."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Units at the end of a name, by their words joined by underscores, and their codes of UCUM.
UNIT_WORDS: dict[str, str] = {
    word: code
    for code, words in {
        "Cel": "c degc deg_c degree_c celsius degrees_celsius",
        "[degF]": "f degf deg_f degree_f fahrenheit degrees_fahrenheit",
        "K": "kelvin",
        "hPa": "hpa hectopascal",
        "kPa": "kpa",
        "Pa": "pa pascal",
        "mbar": "mbar millibar mb",
        "bar": "bar",
        "[psi]": "psi",
        "[in_i'Hg]": "inhg in_hg",
        "mm[Hg]": "mmhg mm_hg",
        "m/s": "m_s mps m_per_s meter_per_second metre_per_second ms1",
        "[ft_i]/s": "ftps ft_s fps",
        "km/h": "km_h kmh kph kmph km_per_hour km_per_h",
        "[mi_i]/h": "mph mi_h mile_per_hour miles_per_hour",
        "[kn_i]": "kn kt kts knot knots",
        "mm/h": "mm_h mmh mm_hr mm_per_hour mm_per_h mmph",
        "[in_i]/h": "in_h in_hr in_per_hour inch_per_hour inches_per_hour",
        "mm": "mm millimeter millimetre",
        "cm": "cm",
        "km": "km",
        "m": "m meter metre meters metres",
        "[in_i]": "inch inches",
        "[ft_i]": "ft feet foot",
        "[mi_i]": "mi mile miles",
        "%": "pct perc percent percentage prc",
        "lx": "lux lx",
        "klx": "klux klx",
        "W/m2": "w_m2 wm2 wpm2 wpm_2 w_m_2 watt_per_meter_squared w_per_m2",
        "[ppm]": "ppm",
        "[ppb]": "ppb",
        "ug/m3": "ug_m3 ugm3 ug_per_m3 microgram_per_meter_cubed",
        "mg/m3": "mg_m3 mgm3",
        "mg/L": "mg_l mgl mg_per_l",
        "ug/L": "ug_l ugl ug_per_l",
        "umol/m2/s": "umol_m2_s umol_m_2_s",
        "{NTU}": "ntu",
        "[g]": "gforce",
        "V": "v volt volts",
        "mV": "mv millivolt millivolts",
        "A": "a amp amps ampere",
        "mA": "ma milliamp",
        "W": "w watt watts",
        "kW": "kw",
        "kW.h": "kwh kw_h",
        "W.h": "wh w_h",
        "V.A": "va",
        "var": "var",
        "Hz": "hz",
        "deg": "deg degree degrees degree_compass",
        "dB[mW]": "dbm",
        "dB": "db",
        "dB[SPL]": "dba",
        "s": "s sec secs second seconds",
        "min": "minute minutes",
        "h": "hour hours hrs",
        "ms": "ms msec millis milliseconds",
        "L": "l liter liters litre litres",
        "L/min": "lpm l_min l_per_min",
        "L/h": "lph l_h",
        "m3": "m3 cubic_meter cubic_metre",
        "m3/h": "m3_h m3h",
        "uS/cm": "us_cm uscm us_per_cm",
        "mS/cm": "ms_cm",
        "By": "bytes byte",
        "kg": "kg",
        "g": "grams gram",
        "uSv/h": "usv_h usvh usv usv_per_h",
        "Bq/m3": "bq_m3 bqm3",
        "/min": "rpm cpm",
    }.items()
    for word in words.split()
}
#: What is measured in a unit, where the name says nothing but it.
BY_UNIT: dict[str, str] = {
    "V": "voltage",
    "mV": "voltage",
    "A": "electric_current",
    "mA": "electric_current",
    "W": "electric_power",
    "kW": "electric_power",
    "kW.h": "electric_energy",
    "W.h": "electric_energy",
    "V.A": "apparent_power",
    "var": "reactive_power",
    "Hz": "electric_frequency",
    "Cel": "air_temperature",
    "[degF]": "air_temperature",
    "hPa": "air_pressure",
    "mbar": "air_pressure",
    "lx": "illuminance",
    "W/m2": "solar_irradiance",
    "dB[mW]": "signal_strength",
    "dB[SPL]": "sound_level",
    "km/h": "vehicle_speed",
    "mm/h": "precipitation_rate",
    "uSv/h": "gamma_dose_rate",
    "m3": "water_volume",
    "L/min": "water_flow",
    "L/h": "water_flow",
    "uS/cm": "water_conductivity",
}
#: Words of one letter or two say a unit only where what stands before them is a name, and not in ``pm_1`` or ``ch_a``.
UNIT_PARTS_MAX = 4

#: Words that say which of several; they become the sensor.
QUALIFIERS = _words(
    "indoor inside in int internal room outdoor outside raw corrected compensated calibrated avg average mean min max minimum maximum "
    "median std yesterday lower upper top bottom left right front back phase l1 l2 l3 total sum std abs rel high low case probe ext external "
    "a b c x y z ir red green blue white day night day hour hourly daily weekly monthly yearly month year week event 24h 1h 10m 2m last live "
    "target set smoothed filtered output input grid dc ac main atm string pv1 pv2 rms lull"
)
#: Of them, those that say nothing beside the property itself.
SILENT_QUALIFIERS = _words(
    "outdoor outside ambient out current now latest instant instantaneous available on value val reading sensor actual measured live ext external data state status num number no n nb detected air estimated level at"
)

#: Of where a quantity comes or goes: they become the sensor too.
SOURCES = _words(
    "pv ac dc grid mains battery bat batt solar inverter motor pump compressor bearing winding gearbox engine cabinet load house home user import imported export exported feed consumed consumption "
    "produced production generated generation charge charging discharge discharging heater boiler tank well returned supply return inlet outlet inflow "
    "outflow forward kitchen bathroom bedroom living garage garden greenhouse office hall roof street river pool "
    "pipe line channel port circuit meter tariff t1 t2 t3 t4 peak hi lo quarter current_hour est estimated external fan rated nominal"
)

#: What has a current, beside parts of machines.
ELECTRIC_WORDS = _words(
    "l1 l2 l3 a b c n pv ac dc grid mains battery bat batt solar inverter load heater input output phase total house home charge discharge rms avg average max min panel string circuit charging line port out in"
)
#: The letters of quantities of electricity.
ELECTRIC_LETTERS = {
    "v": "voltage",
    "u": "voltage",
    "i": "electric_current",
    "p": "electric_power",
    "e": "electric_energy",
    "el": "electric_energy",
}
#: What says that energy goes out.
EXPORTED = frozenset(_words("export exported returned feed fed"))
#: Words beside which a quantity means something else: a setting, a fault, a difference, what a chip counts.
OTHER_MEANINGS = _words(
    "setpoint target threshold manual limit alarm alert offset calibration cal correction coefficient factor error fault count counter delta diff difference change "
    "trend rate time duration age index id baseline base mode enable enabled enabling flag type class score reference ref version interval radio tx rx lora resistance "
    "capacity remaining forecast predicted next previous prev status date of too code gain sensitivity slope ratio address warning zero"
)
#: Quantities that many places have, so that a word before them says where: ``greenhouse_humidity``.
ANYWHERE = _words(
    "air_temperature relative_humidity co2 pm2_5 pm10 voltage electric_current electric_power electric_energy electric_frequency soil_moisture "
    "soil_temperature water_temperature illuminance distance sound_level device_temperature air_pressure"
)
#: Units that one quantity of a device has, so that it needs no other word.
ONE_QUANTITY = frozenset(
    ["W", "kW", "kW.h", "W.h", "mA", "mV", "Hz", "lx", "hPa", "dB[mW]", "V.A", "var", "mm/h", "uSv/h"]
)

#: Chips that stand behind a name and its unit: ``TempC_SHT``.
CHIPS = _words("sht sht20 sht30 sht31 sht40 ds ds18b20 dht dht11 dht22 bme bme280 bme680 bmp bmp180 bmp280")

#: The last word of a level that says what kind of message comes.
PARTS_OF_MESSAGES = _words("info data readings reading state status settings telemetry measurements values")

#: Parents that only hold what is measured, and name no chip.
CONTAINERS = _words(
    "sensordatavalues rx_metadata reported payload data values value sensors sensor measurements measurement readings reading state telemetry current main object decoded decoded_payload "
    "uplink_message body message msg fields attributes properties result results params metrics report status observation observations obs weather "
    "env environment environmental air info params services device devices variant telemetry_data common_list items list records samples sample "
    "device_metrics environment_metrics local_stats sensor_value sensor_values sensor_readings target_value target_values target setpoint var vars ev pos latlon latlng position location gps fix coords coordinates app_data rx_info tx_info"
)

#: Fields that state when, best first.
TIME_NAMES = [
    "phenomenon_time",
    "measured_at",
    "observed_at",
    "observation_time",
    "sample_time",
    "measurement_time",
    "sampled_at",
    "fix_time",
    "gps_time",
    "device_time",
    "timestamp",
    "time_stamp",
    "time",
    "tm",
    "datetime",
    "date_time",
    "date_utc",
    "dateutc",
    "time_utc",
    "utc_time",
    "utc",
    "iso_time",
    "iso8601",
    "ts",
    "tst",
    "dt",
    "epoch",
    "epoch_time",
    "unixtime",
    "unix_time",
    "unix",
    "recorded_at",
    "created_at",
    "created",
    "date",
    "last_seen",
    "last_update",
    "last_updated",
    "last_changed",
    "updated_at",
    "updated",
    "time_ms",
    "t",
    "received_at",
    "server_time",
    "reported_at",
]
#: What an identifier names that is no thing: ``message_id``.
NO_THINGS = _words(
    "msg message packet request session transaction trace user account customer client tenant site org organisation organization schema frame "
    "firmware model product vendor type group batch event alarm alert idempotency correlation record row log gateway network app application "
    "profile config job run zone area region city country room floor project company parent location asset"
)
#: Fields that name the thing, best first.
THING_NAMES = [
    "dev_eui",
    "deveui",
    "device_eui",
    "eui",
    "device_id",
    "deviceid",
    "dev_id",
    "unique_id",
    "uniqueid",
    "serialno",
    "serial_no",
    "serialnumber",
    "serial_number",
    "serial",
    "sn",
    "mac_address",
    "macaddress",
    "mac",
    "imei",
    "sensor_id",
    "sensorid",
    "node_id",
    "sensor_node_id",
    "sensor_index",
    "nodeid",
    "station_id",
    "stationid",
    "station_code",
    "gateway_id",
    "gatewayid",
    "client_id",
    "clientid",
    "host_id",
    "esp8266id",
    "chip_id",
    "chipid",
    "chip",
    "uid",
    "uuid",
    "did",
    "device_name",
    "device",
    "dev",
    "station",
    "node",
    "hostname",
    "host",
    "thing",
    "sensor_name",
    "ieee_addr",
    "ieeeaddr",
    "address",
    "addr",
    "src",
    "id",
    "passkey",
    "name",
]
LONGITUDES = _words("longitude lon lng long gps_lon gps_longitude gps_lng pos_lon location_longitude lon_deg")
LATITUDES = _words("latitude lat gps_lat gps_latitude pos_lat location_latitude lat_deg")
#: Names of a position in one field, and those that say which half comes first.
LATITUDE_FIRST = _words("latlon latlng latlong latitudelongitude gpslatlon")
LONGITUDE_FIRST = _words("lonlat lnglat longlat longitudelatitude")
POSITIONS = (
    LATITUDE_FIRST
    | LONGITUDE_FIRST
    | _words(
        "location position coordinates coordinate coords coord gps gpslocation gpsposition gpscoordinates geo geolocation loc pos point latestlocation"
    )
)

#: Words at the end of a name that no property has, by which it is a setting, a fault or a note and no measurement.
IGNORED_ENDINGS = _words(
    "mode error errors failure failed fault version notes note comment threshold limit setpoint interval period id phone email url "
    "config setting settings confidence"
)
#: Names of clocks that count from the start of the device where their number is no time.
CLOCKS = _words("ts timestamp millis clock ticks")
#: What says that a value is wanted, and not measured.
WANTED = frozenset(_words("target setpoint desired wanted"))
#: What holds water or lets it through, in words before a temperature.
WATER_PARTS = frozenset(_words("inlet outlet tank boiler well pipe pool river supply return"))
#: Words that mean a quantity only in a unit of it.
NEED_UNITS = frozenset(_words("load consumption"))
#: What names a place for a vehicle, beside which ``occupied`` is said of it.
PARKING_WORDS = frozenset(_words("slot spot bay parking stall"))
#: Parts of machines: what is measured at them is theirs, and their temperature is none of the air.
MACHINE_PARTS = frozenset(
    _words(
        "motor pump compressor bearing winding gearbox engine inverter cabinet battery bat batt pv board cpu chip mcu module device esp esp32 heatsink transformer controller"
    )
)
#: What receives a message: where it stands and how its radio is set says nothing of the thing.
RECEIVERS = frozenset(
    _words(
        "rxinfo rx_info rx_metadata gateway gateways gateway_ids gw txinfo tx_info lora modulation data_rate hotspots hotspot settings"
    )
)
#: How a radio is set.
RADIO_WORDS = _words(
    "bandwidth frequency dr adr data_rate datarate coding_rate code_rate spreading_factor altitude channel_rssi"
)
#: What is known and no measurement.
IGNORED = _words(
    "firmware fw fw_version firmware_version version ver hw_version hardware hardware_version software_version sw sw_version model model_id modelid brand "
    "manufacturer vendor ip ip_address ipaddress ssid bssid mac mac_address macaddress type device_type devicetype sensor_type sensortype name friendly_name label alias "
    "id uid uuid device device_id sensor_id node serial serialno serial_number protocol channel ch mod modulation slot channel_rssi mic crc checksum frequency_mhz freq1 freq2 freq raw rawdata raw_data "
    "hex port f_port fport confirmed unit units title description location_name country city zone timezone tz tz_offset utc_offset gateway "
    "topic cmd command action event msg_id message_id msgid mid config settings interval period sampling sleep sleep_time boot boots bootcount boot_count led_mode ledmode "
    "mode tag tags format class icon user password token key api_key phone phone_number mobile email passkey stationtype runtime heap battery_type class_id servicedata servicedatauuid manufacturerdata mac_type "
    "adv_type heap_free free_heap stack free_stack vendor_id product_id pid vid update_available schema subtype sequence sequence_num seq seqno counter "
    "packet packet_id packetid packet_sequence packetsequence message_type msg_type error errors err error_code status_code ok success valid quality accuracy precision hop_limit hop_start hops "
    "to from sender sampling_rate samples min_micro max_micro signal_quality flags reserved uptime_str app rev revision build wifi_channel time_zone load_avg btn hdop vdop pdop fixq fix_quality priority prio msgtype idmsg msgcount reset_reason wakeup heartbeat imsi iccid num devaddr dev_addr payload_size frequency_offset channel_index consumed_airtime airtime lsid txid"
)
#: Counters of what came since they began, for names that would be an amount of a time.
TOTALS = {
    "rainfall": "precipitation_total",
    "energy_used": "electric_energy",
    "water_used": "water_volume",
    "pulses": "pulses_total",
}
#: Words that say that a number is of a time, and no counter since ever.
PERIODS = _words("1h hour hourly 1hr delta interval 60m rain_1h 60min")

#: Names that the vocabulary does not have, because alone they could mean others: their property.
MEANINGS = {
    word: code
    for code, words in {
        "contact": "lid lid_open window_open door_open hatch hatch_open manhole manhole_open cover_open gate_open",
        "flow_temperature": "supply_line_temp supply_line supplyline_temp supplyline supply_temp forward_temp flow_temp",
        "return_temperature": "return_line_temp return_line returnline_temp returnline",
        "air_temperature": "lufttemperatur tc tf t tmp tem temper tempc atmp out_temp outtemp amb_temp temp_air airtemp air_temp air_temp_c ta temp_amb",
        "room_temperature": "temp_in tempin in_temp intemp indoortemp tempinside temp_inside",
        "relative_humidity": "h rhum humid out_humidity humidity_rel rel_humidity hygro hr moisture_air hum_rel",
        "room_humidity": "in_humidity humidityin humin",
        "air_pressure": "p prs baropress pres_abs abs_pressure baromabs barom pressure_abs bar bmp pressure_station station_press qfe pa",
        "engine_speed": "engine engine_rpm motor_rpm",
        "solar_power": "pv solar_panel",
        "apparent_temperature": "chill wind_chill windchill heatindex",
        "sea_level_pressure": "pressure_relative relative_pressure baromrel rel_pressure pressure_rel qnh altimeter pressure_sea sealevel pressure_sealevel sea_pressure press_sl",
        "wind_speed": "spd wind_avg wind_mean windspd wind_spd windspeed_avg avg_wind wind_lull_none anemometer windspeedavg",
        "wind_gust": "wspdhi wspd_gust wind_max windgust gst gustspeed windspeed_max wind_peak max_wind gusts windspeed_gust windspeed_high",
        "wind_direction": "dir wind_deg winddirn wdirn windangle wind_angle wind_degrees winddirection_avg vane direction_wind wind_dir_deg",
        "precipitation_rate": "rain_hourly_rate hourly_rain_rate hourly_rate rainfallrate rainrate rain_rate rain_int rainfall_intensity",
        "precipitation_total": "rain_acc rain_sum rainfall_total rain_gauge rainfall rain_total totalrain precip precipitation",
        "solar_irradiance": "radiation solar solar_rad sr pyranometer solarrad",
        "co2": "rco2 scd_co2 scd30 co2ppm carbon_dioxide co2_equivalent",
        "pm1": "pm_1 pm1_0 pm01",
        "pm2_5": "pm_2_5 pm_25 pm02 pm2",
        "pm4": "pm_4",
        "pm10": "pm_10",
        "tvoc": "tvoc voc_ppb",
        "battery_level": "soc_battery battery_soc batt_level bat_level battery_charge bat_percent battery_remaining batterylevel",
        "battery_voltage": "ubat vbatt battery_mv batt_mv volt_battery v_bat v_batt ub bat_voltage bat_volt batvoltage",
        "signal_strength": "wifi dbm rssi_avg wifirssi signal_rssi signalrssi",
        "soil_moisture": "soil_humidity moi moisture soilmoist soil soil_hum soil_moist soilmois water_content",
        "soil_conductivity": "fer fertility soilec",
        "illuminance": "luminosity lightlevel light_lux als bh1750 ambientlight luminance",
        "electric_power": "p_total pwr power_total total_power load_power",
        "electric_current": "amp amperes i_rms irms",
        "voltage": "u v_rms vrms uac tension",
        "electric_energy": "aenergy energy_active total_kwh e_total import_kwh etotal total_act_energy energy_in total_import",
        "electric_energy_returned": "energy_out export_kwh total_act_ret_energy total_export",
        "water_temperature": "hot_water_temp hotwater_temp hot_water hotwater dhw_temp dhw watertemp water_temp pool_temp",
        "photosynthetic_radiation": "light_par",
        "running_hours": "on_time operating_time operation_time operating_hours hours_operacion",
        "absolute_humidity": "abs_humid abs_humidity humid_abs",
        "apparent_power": "papp",
        "electric_frequency": "fac",
        "state_of_charge": "rsoc usoc",
        "distance": "range tof measured_distance",
        "water_flow": "volume_flow volumeflow",
        "water_level": "wlevel",
        "heading": "cog cou track hdg",
        "sound_level": "laf sound_db noise_dba decibel",
        "lightning_count": "strike_count lightning_num strikecount",
        "lightning_distance": "storm_dist",
        "uv_index": "uv_idx",
        "acceleration_x": "accelerometer_x",
        "acceleration_y": "accelerometer_y",
        "acceleration_z": "accelerometer_z",
        "dissolved_oxygen": "water_oxygen oxygen_water",
        "crack_width": "crack_displacement",
        "gas_concentration": "gas gas_level",
        "leak": "water_detected moisture_detected",
        "uptime": "uptime_s uptimesec",
        "pulses_total": "pulse pulse_count",
        "voc_index": "tvoc_index vocindex",
        "nox_index": "noxindex",
    }.items()
    for word in words.split()
}
#: Names that mean it only where a unit stands with them.
MEANINGS_WITH_UNIT = {
    "forward": "flow_temperature",
    "flow": "water_flow",
    "supply": "flow_temperature",
    "return": "return_temperature",
    "inlet": "flow_temperature",
    "outlet": "return_temperature",
    "level": "water_level",
    "load": "weight",
    "gas": "gas_volume",
    "water": "water_volume",
    "volume": "water_volume",
    "dose": "gamma_dose_rate",
}
#: What a word means beside a position, by the first word of a name.
OF_MOVING = {
    **dict.fromkeys(
        ["angle", "ang", "direction", "dir", "course", "crs", "track", "azimuth", "bearing", "hdg"], "heading"
    ),
    **dict.fromkeys(["sp", "spd", "v", "vel", "velocity"], "vehicle_speed"),
    **dict.fromkeys(["sat", "sats", "nsat", "numsat"], "satellites"),
}
