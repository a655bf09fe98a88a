-- Names of things are looked up row by row: only a branch of UNION ALL that reads one table hands its rows on in the order of its index.
CREATE OR REPLACE VIEW sta_locations WITH (security_invoker = true) AS
SELECT locations.location_id,
       coalesce(locations.name, (SELECT things.name_en FROM things WHERE things.thing_id = locations.of_thing_id)) AS name,
       coalesce(
           locations.description,
           'Where ' || (SELECT things.name_en FROM things WHERE things.thing_id = locations.of_thing_id) || ' stands') AS description,
       locations.encoding_type,
       locations.location,
       locations.properties,
       locations.of_thing_id
FROM locations
UNION ALL
-- Where a thing that moves is now, by a number below zero: nobody writes it but the thing itself.
SELECT -things.thing_id, things.name_en, 'Where ' || things.name_en || ' was last seen', 'application/geo+json',
       jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(latest.longitude, latest.latitude)),
       jsonb_build_object('phenomenonTime', latest.phenomenon_time), things.thing_id
FROM datastreams
JOIN latest USING (datastream_id)
JOIN things USING (thing_id)
WHERE datastreams.observed_property_code = 'location' AND datastreams.sensor_id IS NULL AND latest.longitude IS NOT NULL
  AND NOT EXISTS (SELECT FROM location_links WHERE location_links.thing_id = things.thing_id);

-- As pages are ordered: what moves comes last.
CREATE INDEX locations_in_order ON locations ((location_id < 0), location_id);
