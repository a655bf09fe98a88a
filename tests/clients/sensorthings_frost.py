"""Run by the clients' Python: frost-sta-client reads things, what they measure, and follows pages."""

from __future__ import annotations

import sys

import frost_sta_client as fsc


def main(url: str) -> None:
    service = fsc.SensorThingsService(url)
    things = service.things().query().count().orderby("name", "asc").list()
    assert [one.name for one in things] == ["Bus 1", "Ruwi", "Seeb"]
    assert things.count == 3
    ruwi = (
        service.things().query().filter("name eq 'Ruwi'").expand("Locations,Datastreams").list().entities[0]
    )
    assert ruwi.properties["kind"] == "air_quality_station"
    assert ruwi.locations.entities[0].location == {"type": "Point", "coordinates": [58.54, 23.6]}
    stream = next(one for one in ruwi.datastreams.entities if "PM2.5" in one.name)
    assert stream.unit_of_measurement.symbol == "µg/m³"
    assert stream.phenomenon_time
    observations = stream.get_observations().query().orderby("phenomenonTime", "desc").top(250).list()
    results = [one.result for one in observations]
    assert len(results) == 600, len(results)
    assert results[:2] == [149.75, 149.5]
    found = service.observations().find(observations.entities[0].id)
    assert found.result == 149.75
    same = (
        service.observations().query().filter(f"id eq '{found.id}'").expand("Datastream").list().entities[0]
    )
    assert same.datastream.id == stream.id
    assert (
        service.observed_properties()
        .query()
        .filter("properties/code eq 'pm2_5'")
        .list()
        .entities[0]
        .definition
    )
    assert service.features_of_interest().query().filter("startswith(name, 'Ru')").list().entities[0].feature
    assert service.sensors().query().list().entities
    sys.stdout.write("read\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
