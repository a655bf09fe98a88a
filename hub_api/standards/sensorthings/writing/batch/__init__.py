"""``$batch``: several requests in one, as multipart/mixed (OData 4) and as JSON (SensorThings 1.1)."""
