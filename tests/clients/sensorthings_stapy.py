"""Run by the clients' Python: stapy reads columns, with what is expanded."""

from __future__ import annotations

import sys

from stapy import Entity, Query, config


def main(url: str) -> None:
    config.set(STA_URL=f"{url}/")
    names, kinds = Query(Entity.Thing).select("name", "properties.kind").order("name").get_data_sets()
    assert names == ["Bus 1", "Ruwi", "Seeb"]
    assert kinds[0] == "bus"
    number = (
        Query(Entity.Datastream)
        .select("@iot.id")
        .filter("name eq 'Ruwi: Fine particles (PM2.5)'")
        .get_data_sets()
    )
    times, results = (
        Query(Entity.Datastream)
        .entity_id(number)
        .sub_entity(Entity.Observation)
        .select("phenomenonTime", "result")
        .order("phenomenonTime", asc=False)
        .limit(300)
        .get_data_sets()
    )
    assert len(times) == 600, len(times)
    assert (times[0], results[0]) == ("2026-11-24T09:59:00Z", 149.75)
    sys.stdout.write("read\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
