-- page --
-- A page of a collection; the condition is made of queryables, the key goes on after a feature.
SELECT {columns}
FROM ({source}) AS feature
WHERE {condition}
ORDER BY {order}
LIMIT %(rows)s

-- count --
-- How many features fit, counted up to a bound.
SELECT count(*) FROM (SELECT FROM ({source}) AS feature WHERE {condition} LIMIT %(rows)s) AS counted

-- extent --
-- Where and when the features of a collection of points are.
SELECT min(feature.longitude), min(feature.latitude), max(feature.longitude), max(feature.latitude), {first}, {last}
FROM ({source}) AS feature

-- things --
-- A collection: things, a moving one where it was seen last.
SELECT thing.code AS id, thing.code AS thing, thing.kind, thing.name_en, thing.name_ar, source.code AS source,
       source.kind = 'simulated' AS simulated, thing.place_code AS place,
       (SELECT string_agg(DISTINCT observed_property_code, ' ' ORDER BY observed_property_code)
        FROM datastreams WHERE datastreams.thing_id = thing.thing_id) AS observed_properties,
       spot.longitude, spot.latitude
FROM things AS thing
JOIN sources AS source USING (source_id)
-- + hub_api.serving/filters.sql:spot

-- latest --
-- A collection: the newest observation of every datastream, where its thing stands or was seen last.
SELECT newest.datastream_id AS id, newest.datastream_id AS datastream, thing.code AS thing, thing.name_en AS thing_name_en,
       thing.name_ar AS thing_name_ar, thing.kind, datastream.observed_property_code AS observed_property,
       observed.name_en AS observed_property_name_en, observed.name_ar AS observed_property_name_ar, observed.sector,
       datastream.unit, least(greatest(newest.phenomenon_time, '0001-01-02T00:00:00Z'), '9999-12-30T00:00:00Z') AS phenomenon_time,
       CASE WHEN newest.quality < 9 AND newest.result NOT IN ('NaN', 'Infinity', '-Infinity') THEN newest.result END AS result,
       newest.result_text, newest.quality, source.code AS source,
       source.kind = 'simulated' AS simulated, thing.place_code AS place,
       spot.longitude, spot.latitude
FROM latest AS newest
JOIN datastreams AS datastream USING (datastream_id)
JOIN observed_properties AS observed ON observed.code = datastream.observed_property_code
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
-- + hub_api.serving/filters.sql:spot

-- places --
-- A collection: areas with the number of things that stand in them.
SELECT place.code AS id, place.code AS place, place.kind, place.name_en, place.name_ar, place.parent_code AS parent,
       place.provenance, place.zone,
       (SELECT count(*) FROM things WHERE things.place_code = place.code) AS things, place.geometry
FROM places AS place

-- areas --
-- The outlines of all places.
SELECT code, geometry FROM places ORDER BY code

-- alerts --
-- A collection: alerts that everybody may know, where the thing stands that raised them.
SELECT alert.alert_id::text AS id, alert.rule_code AS rule, alert.rule ->> 'kind' AS kind,
       alert.rule -> 'name' ->> 'en' AS name_en, alert.rule -> 'name' ->> 'ar' AS name_ar, alert.severity,
       coalesce(alert.rule ->> 'category', 'Other') AS category, thing.code AS thing, thing.name_en AS thing_name_en,
       thing.name_ar AS thing_name_ar, source.code AS source, source.kind = 'simulated' AS simulated,
       thing.place_code AS place, alert.rule ->> 'observed_property' AS observed_property, alert.value, datastream.unit,
       alert.raised_at, alert.cleared_at, alert.cleared_at IS NULL AS open,
       spot.longitude, spot.latitude
FROM open_alerts AS alert
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
LEFT JOIN datastreams AS datastream ON datastream.datastream_id = alert.datastream_id
-- + hub_api.serving/filters.sql:spot

-- stops --
-- A collection: stops of the schedule that is valid today in each source, or was valid last.
SELECT source.code || ':' || stop.stop AS id, stop.stop, stop.name_en, stop.name_ar, source.code AS source, feed.agency,
       stop.longitude, stop.latitude
FROM (
    SELECT DISTINCT ON (source_id) feed_id, source_id, agency
    FROM transit_feeds
    ORDER BY source_id, (current_date BETWEEN valid_from AND valid_until) DESC, loaded_at DESC, feed_id DESC
) AS feed
JOIN sources AS source USING (source_id)
JOIN transit_stops AS stop USING (feed_id)

-- first_observation --
-- When the first observation was made that the store or its archive has.
SELECT least(
    (SELECT min(starts_at) FROM archive_parts WHERE let_go_at IS NOT NULL),
    (SELECT min(first.phenomenon_time)
     FROM datastreams
     CROSS JOIN LATERAL (
         (SELECT phenomenon_time FROM observations AS stored WHERE stored.datastream_id = datastreams.datastream_id
          ORDER BY phenomenon_time LIMIT 1)
         UNION ALL
         (SELECT phenomenon_time FROM observations_category AS stored WHERE stored.datastream_id = datastreams.datastream_id
          ORDER BY phenomenon_time LIMIT 1)
         UNION ALL
         (SELECT phenomenon_time FROM observations_position AS stored WHERE stored.datastream_id = datastreams.datastream_id
          ORDER BY phenomenon_time LIMIT 1)
     ) AS first))
