"""What the city of the contract has, and limits of the shape that ``docs/api.md`` promises."""

from __future__ import annotations

PLACES = {
    "seeb": ("Seeb", "السيب", 58.05, 23.60, 0.20, 0.10),
    "bawshar": ("Bawshar", "بوشر", 58.35, 23.52, 0.10, 0.10),
    "mutrah": ("Mutrah", "مطرح", 58.53, 23.60, 0.07, 0.06),
    "muscat": ("Muscat", "مسقط", 58.66, 23.48, 0.08, 0.12),
    "amrat": ("Al Amrat", "العامرات", 58.50, 23.30, 0.16, 0.14),
    "qurayyat": ("Qurayyat", "قريات", 58.85, 23.15, 0.18, 0.20),
}
PROPERTIES = {
    "pm2_5": ("Fine particles (PM2.5)", "الجسيمات الدقيقة (PM2.5)", "air", "ug/m3", 24.0, 9.0),
    "pm10": ("Particles (PM10)", "الجسيمات العالقة (PM10)", "air", "ug/m3", 71.0, 22.0),
    "no2": ("Nitrogen dioxide", "ثاني أكسيد النيتروجين", "air", "ug/m3", 31.0, 14.0),
    "o3": ("Ozone", "الأوزون", "air", "ug/m3", 62.0, 20.0),
    "air_temperature": ("Air temperature", "درجة حرارة الهواء", "weather", "Cel", 27.0, 4.5),
    "vehicle_flow": ("Vehicles per hour", "المركبات في الساعة", "traffic", "{vehicles}/h", 1900.0, 1400.0),
    "vehicle_speed": ("Speed of vehicles", "سرعة المركبات", "traffic", "km/h", 72.0, 6.0),
    "free_spaces": ("Free parking spaces", "المواقف الشاغرة", "parking", "{spaces}", 120.0, 80.0),
    "water_level": ("Water level", "منسوب المياه", "water", "m", 0.35, 0.12),
    "occupancy": ("Passengers on board", "الركاب على متن الحافلة", "transit", "{persons}", 18.0, 12.0),
    "location": ("Position", "الموقع", "transport", "deg", 0.0, 0.0),
}
KINDS = {
    "air_quality": ("Air station", "محطة هواء", ("pm2_5", "pm10", "no2", "o3", "air_temperature"), 300),
    "traffic": ("Traffic counter", "عدّاد مرور", ("vehicle_flow", "vehicle_speed"), 300),
    "parking": ("Car park", "موقف", ("free_spaces",), 300),
    "wadi": ("Wadi gauge", "مقياس وادي", ("water_level",), 900),
    "bus": ("Bus", "حافلة", ("occupancy", "location"), 30),
}


def limits() -> list[dict[str, object]]:
    """A guideline for days and an index for hours, as the hub ships them, cut short."""
    who = ("who_2021", "WHO air quality guidelines 2021", "إرشادات منظمة الصحة العالمية لجودة الهواء 2021",
           "World Health Organization", "منظمة الصحة العالمية")  # fmt: skip
    eu = ("eu_aqi_2024", "European Air Quality Index", "المؤشر الأوروبي لجودة الهواء",
          "European Environment Agency", "الوكالة الأوروبية للبيئة")  # fmt: skip
    targets = [("guideline", "Within the guideline", "ضمن القيمة الإرشادية", "#a6cee3"),
               ("interim_4", "Above the guideline, within interim target 4", "أعلى من القيمة الإرشادية، ضمن الهدف المرحلي الرابع", "#fff3b0"),
               ("above", "Above every interim target", "فوق كل الأهداف المرحلية", "#3b0a1e")]  # fmt: skip
    words = [("good", "Good", "جيد", "#a6cee3"), ("fair", "Fair", "مقبول", "#fff3b0"),
             ("moderate", "Moderate", "متوسط", "#fdae61"), ("poor", "Poor", "سيئ", "#e8601c"),
             ("very_poor", "Very poor", "سيئ جدًا", "#a50026"),
             ("extremely_poor", "Extremely poor", "بالغ السوء", "#3b0a1e")]  # fmt: skip
    return [
        limit(who, "pm2_5", "PT24H", targets, (15, 25)),
        limit(eu, "pm2_5", "PT1H", words, (5, 15, 50, 90, 140)),
        limit(eu, "pm10", "PT1H", words, (15, 45, 120, 195, 270)),
        limit(eu, "no2", "PT1H", words, (10, 25, 60, 100, 150)),
        limit(who, "o3", "P6M", targets, (60, 70)),
    ]


def limit(table, observed_property, averaging, levels, ends) -> dict[str, object]:
    code, en, ar, authority_en, authority_ar = table
    bands = [
        {"level": level, "rank": rank, "name": {"en": name_en, "ar": name_ar}, "colour": colour, "from": low,
         "up_to": end, "index_from": None, "index_to": None, "advice": []}
        for rank, ((level, name_en, name_ar, colour), low, end) in enumerate(
            zip(levels, (0, *ends), (*ends, None), strict=True)
        )
    ]  # fmt: skip
    return {
        "table": code, "table_name": {"en": en, "ar": ar}, "reference": "", "url": None, "shipped": True,
        "authority": {"en": authority_en, "ar": authority_ar}, "observed_property": observed_property,
        "averaging": averaging, "statistic": "mean", "unit": "ug/m3", "reference_celsius": None, "step": None,
        "exceedances_per_year": None, "since": None, "until": None, "bands": bands,
    }  # fmt: skip
