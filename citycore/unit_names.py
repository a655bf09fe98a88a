"""How units are spelt in the field, and the code of UCUM that each spelling means."""

from __future__ import annotations

#: Characters that mean another. Both micro signs, carets, superscripts, both ohms and several dots occur.
SPELLINGS = str.maketrans(
    {
        "µ": "u", "μ": "u", "³": "3", "²": "2", "¹": "1", "⁻": "-", "−": "-", "^": None, " ": None, "\u00a0": None,
        "·": ".", "⋅": ".", "℃": "°C", "℉": "°F", "\u03a9": "Ohm", "\u2126": "Ohm", "º": "°", "∕": "/", "‰": "[ppth]",
    }
)  # fmt: skip


def _spelt(codes: dict[str, str]) -> dict[str, str]:
    """From each spelling to its code; spellings of one code are separated by spaces."""
    return {spelling: code for code, spellings in codes.items() for spelling in spellings.split()}


#: Where capitals make another unit: milli and mega, second and siemens.
EXACT = _spelt(
    {
        "mW.h": "mWh",
        "MW.h": "MWh",
        "Mvar": "MVar MVAr MVAR",
        "MBy": "MB Mbyte MByte",
        "kBy": "kB KB kbyte kByte",
        "GBy": "GB Gbyte GByte",
        "KiBy": "KiB kiB",
        "MiBy": "MiB",
        "bit/s": "b/s",
        "Mbit/s": "Mbps Mb/s Mbit/sec",
        "Gbit/s": "Gbps Gb/s",
        "By/s": "B/s",
        "By": "B",
        "MV.A": "MVA",
        "uV": "uv",
        "mV": "mv",
        "mA": "ma",
        "MOhm": "MOhms",
        "mL": "ml",
        "V": "v",
        "kW": "kw KW",
        "[kn_i]": "kn",
        "[gal_us]": "gal",
    }
)
#: Where capitals make no difference, in lower case.
FOLDED = _spelt(
    {
        # temperature, humidity, parts
        "Cel": "°c degc deg.c deg_c c celsius cel degreescelsius degreecelsius degrees_celsius",
        "[degF]": "°f degf deg.f f fahrenheit degreesfahrenheit [degf]",
        "K": "kelvin kelvins degk °k",
        "%": "percent pct %rh %r.h. rh% percentrh %{rh} %humidity per100 prozent",
        "[ppb]": "ppb ppbv nmol/mol [ppb]",
        "[ppm]": "ppm ppmv umol/mol [ppm]",
        "[ppth]": "permille per_mille [ppth]",
        # mass and number in volumes
        "ug/m3": "ug/m3 ugm-3 ug.m-3 ug/m**3 ug/cbm ug/m_3 mcg/m3",
        "mg/m3": "mgm-3 mg.m-3 mg/cbm mg/nm3",
        "ng/m3": "ngm-3 ng.m-3",
        "g/m3": "gm-3 g.m-3",
        "{#}/cm3": "#/cm3 1/cm3 /cm3 pcs/cm3 particles/cm3 cm-3",
        "{#}/m3": "#/m3 1/m3 /m3 particles/m3",
        "{#}/m2": "#/m2 1/m2 /m2 persons/m2 people/m2",
        "mg/L": "mg/l mgl-1",
        "ug/L": "ug/l ugl-1",
        "g/L": "g/l",
        "ng/L": "ng/l",
        # pressure
        "hPa": "hpa hectopascal hectopascals",
        "mbar": "millibar millibars",
        "kPa": "kpa kilopascal kilopascals",
        "Pa": "pa pascal pascals",
        "bar": "bars",
        "[psi]": "psi",
        "[in_i'Hg]": "inhg inches_hg in_hg",
        "mm[Hg]": "mmhg torr",
        # wind, rain, length, time
        "m/s": "m/sec m.s-1 ms-1 mps meter/second metres/second",
        "km/h": "km/h kph kmh kmph km/hr kmh-1 km.h-1",
        "[mi_i]/h": "mph mi/h mi/hr miles/hour",
        "[kn_i]": "kt kts knot knots",
        "m/s2": "m/s/s m.s-2 ms-2",
        "mm/h": "mm/hr mmh-1 mm.h-1 mmph l/m2/h",
        "mm": "millimeter millimetre millimeters millimetres l/m2",
        "cm": "centimeter centimetre centimeters centimetres",
        "m": "meter metre meters metres",
        "km": "kilometer kilometre kilometers kilometres",
        "[in_i]": "in inch inches",
        "[ft_i]": "ft foot feet",
        "[mi_i]": "mi mile miles",
        "deg": "° degree degrees",
        "s": "sec secs second seconds",
        "min": "mins minute minutes",
        "h": "hr hrs hour hours",
        "d": "day days",
        "ms": "msec milliseconds millisecond",
        # volume and flow
        "L": "l liter litre liters litres ltr",
        "m3": "cbm cum m**3 cubicmeter cubicmetre cubicmeters cubicmetres",
        "L/s": "l/s l/sec lps",
        "L/min": "l/min lpm",
        "L/h": "l/h lph l/hr",
        "m3/h": "m3/hr cbm/h cmh",
        "[gal_us]": "gallon gallons",
        "[gal_us]/min": "gpm gal/min",
        "[cft_i]": "ft3 cubicfeet cuft",
        "[ft_i]3/min": "cfm ft3/min",
        # electricity
        "V": "volt volts",
        "mV": "millivolt millivolts",
        "kV": "kilovolt kilovolts",
        "A": "amp amps ampere amperes",
        "mA": "milliamp milliamps milliampere",
        "W": "w watt watts",
        "kW": "kilowatt kilowatts",
        "V.A": "va voltampere voltamperes v.a",
        "kV.A": "kva kv.a",
        "var": "var vars",
        "kvar": "kvars",
        "W.h": "wh watthour watthours w.h",
        "kW.h": "kwh kilowatthour kilowatthours kw.h kw*h",
        "GW.h": "gwh",
        "V.A.h": "vah",
        "kV.A.h": "kvah",
        "var.h": "varh",
        "kvar.h": "kvarh",
        "Hz": "hz hertz",
        "kHz": "khz",
        "Ohm": "ohms",
        "kOhm": "kohms",
        "uS/cm": "us/cm microsiemens/cm",
        "mS/cm": "ms/cm",
        "dS/m": "ds/m",
        # light, radiation, sound, radio
        "lx": "lux",
        "klx": "klux",
        "lm": "lumen lumens",
        "W/m2": "wm-2 w.m-2 w/sqm watts/m2",
        "umol/m2/s": "umol.m-2.s-1 umolm-2s-1 umol/(m2.s) umol/s/m2",
        "uSv/h": "usv/hr",
        "Bq/m3": "bqm-3 bq.m-3",
        "dB": "db decibel decibels",
        "dB[SPL]": "dba db(a) dbspl db_a db(spl) dba(spl) db[spl]",
        "dB[mW]": "dbm db(m) db[mw]",
        # water
        "[pH]": "ph ph_units [ph]",
        "{NTU}": "ntu {ntu}",
        "{FNU}": "fnu {fnu}",
        "g/kg": "gkg-1 g.kg-1",
        # what is counted, and how often
        "{#}": "# pcs pc piece pieces count counts {count} {counts} units items number {pcs} nos",
        "{vehicles}/h": "veh/h veh/hr vehicles/h vehicles/hour cars/h vph",
        "{persons}/h": "persons/h people/h peds/h pedestrians/h",
        "{vehicles}": "vehicles veh cars",
        "{persons}": "persons people pax",
        "{spaces}": "spaces spots bays",
        "/min": "rpm bpm r/min 1/min rev/min min-1",
        "By": "byte bytes",
        "bit/s": "bps bits/s",
        "kbit/s": "kbps kb/s kbits/s",
        "kg": "kilogram kilograms kilo kgs",
        "g": "gram grams",
        "t": "ton tonne tonnes tons",
        "[lb_av]": "lb lbs pound pounds",
        "1": "unitless dimensionless none ratio index n/a",
    }
)
