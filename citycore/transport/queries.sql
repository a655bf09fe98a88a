-- lock --
-- One change of schedules at a time.
LOCK TABLE transit_feeds IN SHARE ROW EXCLUSIVE MODE

-- source --
SELECT source_id FROM sources WHERE code = %(source)s

-- versions --
-- The versions of a source's schedule, the oldest first.
SELECT feed_id, digest FROM transit_feeds WHERE source_id = %(source_id)s ORDER BY loaded_at, feed_id

-- load --
INSERT INTO transit_feeds (source_id, digest, agency, zone, valid_from, valid_until, last_seconds)
VALUES (%(source_id)s, %(digest)s, %(agency)s, %(zone)s, %(valid_from)s, %(valid_until)s, %(last_seconds)s)
RETURNING feed_id

-- remove --
DELETE FROM transit_feeds WHERE feed_id = ANY (%(feeds)s)

-- copy_routes --
COPY transit_routes (feed_id, route, short_name, name_en, name_ar, route_type) FROM STDIN

-- copy_stops --
COPY transit_stops (feed_id, stop, name_en, name_ar, longitude, latitude) FROM STDIN

-- copy_trips --
COPY transit_trips (feed_id, trip, route, service, direction, block, shape, stops, arrivals, departures, timepoints) FROM STDIN

-- copy_shapes --
COPY transit_shapes (feed_id, shape, longitudes, latitudes) FROM STDIN

-- copy_days --
COPY transit_service_days (feed_id, service_date, service) FROM STDIN

-- note_past --
-- Hours in which vehicles of a source moved are matched with what was loaded.
INSERT INTO transit_notes (thing_id, bucket_start)
SELECT DISTINCT thing_id, date_trunc('hour', phenomenon_time)
FROM observations_position
JOIN datastreams USING (datastream_id)
JOIN things USING (thing_id)
WHERE things.source_id = %(source_id)s AND observed_property_code = 'location'
  AND phenomenon_time >= %(since)s::timestamptz AND phenomenon_time < %(until)s::timestamptz

-- feeds --
-- All versions, by source, the newest first.
SELECT source.code AS source, feed.digest, feed.agency, feed.zone, feed.valid_from, feed.valid_until, feed.loaded_at,
       (SELECT count(*) FROM transit_routes AS own WHERE own.feed_id = feed.feed_id) AS routes,
       (SELECT count(*) FROM transit_trips AS own WHERE own.feed_id = feed.feed_id) AS trips
FROM transit_feeds AS feed JOIN sources AS source USING (source_id)
ORDER BY source.code, feed.loaded_at DESC, feed.feed_id DESC
