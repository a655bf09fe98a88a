-- lock --
-- One at a time in the whole database, until the transaction ends.
SELECT pg_try_advisory_xact_lock(hashtext('falaj_transit'))

-- take_notes --
-- The oldest notes of hours that are over; they come back if this transaction fails. Those that a roll-up holds wait for it.
DELETE FROM transit_notes
WHERE note_id IN (
    SELECT note_id FROM transit_notes
    WHERE bucket_start <= %(now)s::timestamptz - INTERVAL '1 hour'
    ORDER BY note_id LIMIT %(notes_max)s
    FOR UPDATE SKIP LOCKED
)
RETURNING thing_id, bucket_start

-- newest_note --
-- The newest note of an hour that is over; none where there is none.
SELECT max(note_id) FROM transit_notes WHERE bucket_start <= %(now)s::timestamptz - INTERVAL '1 hour'

-- due_set_aside --
-- Days of vehicles that could not be matched, to be tried again.
SELECT thing_id, service_date FROM transit_set_aside
WHERE tried_at <= %(now)s::timestamptz - make_interval(secs => %(retry_seconds)s)
ORDER BY tried_at LIMIT %(notes_max)s

-- spans --
-- Days of vehicles with the stretch of time in which their positions lie.
unnest(%(things)s::int4[], %(days)s::date[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
    AS span (thing_id, service_date, starts_at, ends_at)

-- part_of_span --
-- Of a thing (thing_id, source_id) in such a stretch, what the archive has of its positions and trips.
part.ends_at > span.starts_at AND part.starts_at < span.ends_at
  AND EXISTS (
      SELECT FROM datastreams
      JOIN observed_properties AS property ON property.code = datastreams.observed_property_code
      WHERE datastreams.thing_id = span.thing_id AND property.sector = part.sector
        AND property.code IN ('location', 'trip', 'trip_status'))

-- hold_parts --
-- The store lets go of none of these until the transaction ends.
SELECT FROM archive_parts AS part
WHERE EXISTS (
    SELECT FROM
    -- + spans
    JOIN things USING (thing_id)
    WHERE things.source_id = part.source_id AND
    -- + part_of_span
)
ORDER BY source_id, local_date, sector
FOR SHARE

-- archived --
-- Of days of vehicles those whose positions have left the store; the archive is to put them back.
WITH gone AS MATERIALIZED (
    SELECT span.thing_id, span.service_date, part.source_id, part.local_date, part.sector
    FROM
    -- + spans
    JOIN things USING (thing_id)
    JOIN archive_parts AS part USING (source_id)
    WHERE part.let_go_at IS NOT NULL AND
    -- + part_of_span
),
wanted AS (
    UPDATE archive_parts AS part SET wanted_at = coalesce(wanted_at, now())
    FROM (SELECT DISTINCT source_id, local_date, sector FROM gone ORDER BY 1, 2, 3) AS lacking
    WHERE part.source_id = lacking.source_id AND part.local_date = lacking.local_date AND part.sector = lacking.sector
      AND part.let_go_at IS NOT NULL
)
SELECT DISTINCT thing_id, service_date FROM gone

-- note_again --
-- A day of a vehicle comes up once more, after all others that wait.
INSERT INTO transit_notes (thing_id, bucket_start) VALUES (%(thing_id)s, %(noon)s)

-- feeds --
-- The versions of all schedules.
SELECT feed_id, source_id, zone, valid_from, valid_until, last_seconds, loaded_at
FROM transit_feeds ORDER BY source_id, loaded_at, feed_id

-- vehicles --
-- Code and source of things.
SELECT thing_id, code, source_id FROM things WHERE thing_id = ANY (%(things)s)

-- measured --
-- How far the measures of service days go.
SELECT source_id, service_date, measured_until FROM transit_days WHERE service_date >= %(since)s::date

-- trips --
-- The trips that run on a service day.
SELECT trip.trip, trip.route, trip.service, trip.direction, trip.block, trip.shape, trip.stops, trip.arrivals,
       trip.departures, trip.timepoints
FROM transit_service_days AS day
JOIN transit_trips AS trip USING (feed_id, service)
WHERE day.feed_id = %(feed_id)s AND day.service_date = %(service_date)s
ORDER BY trip.trip

-- stops --
SELECT stop, longitude, latitude FROM transit_stops WHERE feed_id = %(feed_id)s

-- shapes --
SELECT shape, longitudes, latitudes FROM transit_shapes WHERE feed_id = %(feed_id)s AND shape = ANY (%(shapes)s)

-- positions --
-- Where a vehicle was and which trip it stated at that instant, without what is flagged bad or missing.
SELECT extract(epoch FROM place.phenomenon_time)::float8, place.longitude, place.latitude, stated.result
FROM datastreams AS location
JOIN observations_position AS place USING (datastream_id)
LEFT JOIN datastreams AS trip
       ON trip.thing_id = location.thing_id AND trip.observed_property_code = 'trip' AND trip.result_type = 'category'
LEFT JOIN observations_category AS stated
       ON stated.datastream_id = trip.datastream_id AND stated.phenomenon_time = place.phenomenon_time
WHERE location.thing_id = %(thing_id)s AND location.observed_property_code = 'location'
  AND place.quality < 4
  AND place.phenomenon_time >= %(start)s AND place.phenomenon_time < %(end)s
ORDER BY place.phenomenon_time
LIMIT %(positions_max)s::bigint + 1

-- cancelled --
-- Trips whose newest status within a window is that they do not run.
SELECT trip FROM (
    SELECT DISTINCT ON (stated.result) stated.result AS trip, status.result AS status
    FROM things
    JOIN datastreams AS of_status USING (thing_id)
    JOIN observations_category AS status USING (datastream_id)
    JOIN datastreams AS of_trip ON of_trip.thing_id = things.thing_id AND of_trip.observed_property_code = 'trip'
    JOIN observations_category AS stated
      ON stated.datastream_id = of_trip.datastream_id AND stated.phenomenon_time = status.phenomenon_time
    WHERE things.source_id = %(source_id)s AND of_status.observed_property_code = 'trip_status'
      AND status.phenomenon_time >= %(start)s AND status.phenomenon_time < %(end)s
    ORDER BY stated.result, status.phenomenon_time DESC
) AS newest
WHERE status IN ('canceled', 'cancelled', 'deleted')

-- forget_passages --
DELETE FROM transit_passages WHERE service_date = %(service_date)s AND thing_id = %(thing_id)s

-- keep_passage --
INSERT INTO transit_passages (service_date, thing_id, feed_id, trip, sequence, arrival, departure)
VALUES (%(service_date)s, %(thing_id)s, %(feed_id)s, %(trip)s, %(sequence)s,
        to_timestamp(%(arrival)s::float8), to_timestamp(%(departure)s::float8))

-- forget_account --
DELETE FROM transit_vehicle_days WHERE service_date = %(service_date)s AND thing_id = %(thing_id)s

-- keep_account --
INSERT INTO transit_vehicle_days (service_date, thing_id, position_count, matched_count, no_trip_count, unknown_trip_count,
    off_route_count, left_out_count)
VALUES (%(service_date)s, %(thing_id)s, %(position_count)s, %(matched_count)s, %(no_trip_count)s, %(unknown_trip_count)s,
    %(off_route_count)s, %(left_out_count)s)

-- passages --
-- What was seen of the trips of a service day; of two vehicles on one trip that which was seen at more stops.
WITH seen AS (
    SELECT trip, thing_id, row_number() OVER (PARTITION BY trip ORDER BY count(*) DESC, thing_id) AS place
    FROM transit_passages
    WHERE feed_id = %(feed_id)s AND service_date = %(service_date)s
    GROUP BY trip, thing_id
)
SELECT passage.trip, passage.sequence, passage.arrival, passage.departure
FROM transit_passages AS passage
JOIN seen USING (trip, thing_id)
WHERE seen.place = 1 AND passage.feed_id = %(feed_id)s AND passage.service_date = %(service_date)s

-- forget_hours --
DELETE FROM transit_hours WHERE source_id = %(source_id)s AND service_date = %(service_date)s

-- copy_hours --
COPY transit_hours (source_id, service_date, route, direction, stop, is_timepoint, bucket_start, scheduled_count,
    observed_count, cancelled_count, trip_count, missed_trip_count, early_count, on_time_count, late_count, lateness_sum, headway_count, bunched_count,
    deviation_sum, deviation_squares, actual_sum, actual_squares, planned_count, planned_sum, planned_squares) FROM STDIN

-- forget_segments --
DELETE FROM transit_segment_hours WHERE source_id = %(source_id)s AND service_date = %(service_date)s

-- copy_segments --
COPY transit_segment_hours (source_id, service_date, route, direction, from_stop, to_stop, bucket_start, scheduled_count,
    scheduled_sum, seconds) FROM STDIN

-- measured_until --
INSERT INTO transit_days (source_id, service_date, measured_until, early_seconds_max, late_seconds_max)
VALUES (%(source_id)s, %(service_date)s, %(until)s, %(early_seconds_max)s, %(late_seconds_max)s)
ON CONFLICT (source_id, service_date) DO UPDATE
SET (measured_until, early_seconds_max, late_seconds_max) =
    (EXCLUDED.measured_until, EXCLUDED.early_seconds_max, EXCLUDED.late_seconds_max)

-- set_aside --
-- A day of a vehicle that cannot be matched, and why.
INSERT INTO transit_set_aside (thing_id, service_date, reason)
VALUES (%(thing_id)s, %(service_date)s, %(reason)s)
ON CONFLICT (thing_id, service_date) DO UPDATE SET reason = EXCLUDED.reason, tried_at = now()

-- take_up --
DELETE FROM transit_set_aside WHERE thing_id = %(thing_id)s AND service_date = %(service_date)s
