"""What a program with frost-sta-client writes; it runs in the environment of the clients. Prints what it then reads."""

import json
import sys
from datetime import UTC, datetime

import frost_sta_client as fsc

url, user, secret = sys.argv[1:]
service = fsc.SensorThingsService(url, auth_handler=fsc.AuthHandler(user, secret))
unit = fsc.UnitOfMeasurement(name="degree Celsius", symbol="°C", definition="ucum:Cel")
point = {"type": "Point", "coordinates": [58.4, 23.6]}
place = fsc.Location(
    name="Roof", description="On the roof", location=point, encoding_type="application/geo+json"
)
thing = fsc.Thing(name="Mast", description="A mast", properties={"height": 10})
thing.locations = fsc.EntityList(entity_class="frost_sta_client.model.location.Location", entities=[place])
service.create(thing)
sensor = fsc.Sensor(
    name="SHT31", description="Air", encoding_type="text/html", metadata="https://example.org/sht31"
)
observed = fsc.ObservedProperty(
    name="Warmth", definition="https://example.org/warmth", description="How warm"
)
stream = fsc.Datastream(
    name="Warmth of the mast",
    description="Every minute",
    observation_type="http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
    unit_of_measurement=unit,
    thing=thing,
    sensor=sensor,
    observed_property=observed,
)
service.create(stream)
moment = datetime(2026, 10, 1, tzinfo=UTC).isoformat()
seen = fsc.Observation(result=21.5, phenomenon_time=moment, datastream=stream)
service.create(seen)
found = service.things().find(thing.id)
found.name = "Tall mast"
service.update(found)
service.patch(stream, [{"op": "replace", "path": "/description", "value": "Every hour"}])
service.patch(seen, [{"op": "replace", "path": "/result", "value": 22.5}])
gone = fsc.Observation(result=1, phenomenon_time="2026-10-02T00:00:00Z", datastream=stream)
service.create(gone)
service.delete(gone)
read = (
    service.things()
    .query()
    .filter("name eq 'Tall mast'")
    .expand("Datastreams($expand=Observations),Locations")
    .list()
)
first = next(iter(read))
streams = list(first.datastreams)
sys.stdout.write(
    json.dumps(
        {
            "thing": first.name,
            "properties": first.properties,
            "place": next(iter(first.locations)).location["coordinates"],
            "stream": streams[0].description,
            "results": [each.result for each in streams[0].observations],
        }
    )
)
