-- version --
-- What changes with anything that is said of buses: what has been noted, what of it is done, which schedules there are, which hour it is.
SELECT (SELECT last_value FROM transit_notes_note_id_seq), (SELECT count(*) FROM transit_notes),
       (SELECT count(*) FROM transit_set_aside),
       (SELECT max(feed_id) FROM transit_feeds), (SELECT max(measured_until) FROM transit_days), date_trunc('hour', now())

-- rollup_version --
-- What changes with the roll-ups.
SELECT (SELECT coalesce(sum(batches), 0)::bigint FROM ingest_totals), (SELECT min(batch_id) FROM dirty_buckets), date_trunc('minute', now())

-- route_names --
-- Codes of routes, the wanted one first if it exists.
SELECT route FROM transit_routes GROUP BY route ORDER BY route = %(name)s DESC, route LIMIT %(names_max)s

-- stop_names --
-- Codes of stops, the wanted one first if it exists.
SELECT stop FROM transit_stops GROUP BY stop ORDER BY stop = %(name)s DESC, stop LIMIT %(names_max)s

-- service_alerts_version --
SELECT max(stated_at), count(*), count(gone_at) FROM service_alerts

-- service_alerts --
-- What operators announce; where several feeds of a source say the same one, as the newest has it.
SELECT newest.source, newest.is_simulated, newest.alert, newest.cause, newest.effect, newest.severity, newest.active_periods,
       newest.informed, newest.informed_left_out, newest.header, newest.description, newest.url, newest.first_stated_at,
       newest.stated_at, newest.gone_at
FROM (
    SELECT DISTINCT ON (source.code, alert.alert) source.code AS source, source.kind = 'simulated' AS is_simulated, alert.*
    FROM service_alerts AS alert
    JOIN sources AS source USING (source_id)
    WHERE source.review = 'accepted' AND (%(source)s::text IS NULL OR source.code = %(source)s)
    ORDER BY source.code, alert.alert, (alert.gone_at IS NULL) DESC, alert.stated_at DESC
) AS newest
WHERE (%(open)s::boolean IS NULL OR (newest.gone_at IS NULL) = %(open)s)
  AND (%(route)s::text IS NULL OR newest.informed @> jsonb_build_array(jsonb_build_object('route', %(route)s::text)))
  AND (%(stop)s::text IS NULL OR newest.informed @> jsonb_build_array(jsonb_build_object('stop', %(stop)s::text)))
  AND (%(after_0)s::text IS NULL OR (newest.source, newest.alert) > (%(after_0)s, %(after_1)s::text))
ORDER BY newest.source, newest.alert
LIMIT %(rows)s

-- known_feeds --
-- The newest version that is valid today of each source, or that which was valid last.
    SELECT DISTINCT ON (source_id) feed_id, source_id, zone, valid_from, valid_until, loaded_at, agency
    FROM transit_feeds
    ORDER BY source_id, (current_date BETWEEN valid_from AND valid_until) DESC, loaded_at DESC, feed_id DESC

-- routes --
WITH feeds AS (
    -- + known_feeds
)
SELECT source.code, route.route, route.short_name, route.name_en, route.name_ar, route.route_type, feeds.agency,
       source.kind = 'simulated', feeds.valid_from, feeds.valid_until, feeds.loaded_at, counted.trips,
       cardinality(counted.stops)
FROM feeds
JOIN sources AS source USING (source_id)
JOIN transit_routes AS route USING (feed_id)
LEFT JOIN LATERAL (
    SELECT count(*) AS trips,
           (array_agg(trip.stops ORDER BY cardinality(trip.stops) DESC, trip.trip))[1:1] AS longest
    FROM transit_trips AS trip WHERE trip.feed_id = route.feed_id AND trip.route = route.route
) AS every ON true
CROSS JOIN LATERAL (
    SELECT every.trips, ARRAY(SELECT DISTINCT unnest(every.longest)) AS stops
) AS counted
WHERE (%(source)s::text IS NULL OR source.code = %(source)s)
  AND (%(route)s::text IS NULL OR route.route = %(route)s)
  AND (%(after_0)s::text IS NULL OR (source.code, route.route) > (%(after_0)s, %(after_1)s::text))
ORDER BY source.code, route.route
LIMIT %(rows)s

-- grouping --
-- By what hours of stops are put together: what is not asked for is one group.
           source.code AS source, source.kind = 'simulated' AS is_simulated, hour.source_id, hour.service_date,
           CASE WHEN %(bucket)s = 'PT1H' THEN hour.bucket_start ELSE feeds.midnight END AS start,
           hour.route, CASE WHEN %(by)s <> 'route' THEN hour.direction END AS direction

-- of_window --
    (%(source)s::text IS NULL OR source.code = %(source)s)
      AND (%(route)s::text IS NULL OR hour.route = %(route)s)
      AND (%(direction)s::integer IS NULL OR hour.direction = %(direction)s)
      AND hour.bucket_start >= %(start)s::timestamptz
      AND (%(end)s::timestamptz IS NULL OR hour.bucket_start < %(end)s)

-- midnights --
-- When a service day begins: noon less twelve hours in the zone of its schedule.
CROSS JOIN LATERAL (
    SELECT (hour.service_date + TIME '12:00') AT TIME ZONE feed.zone - INTERVAL '12 hours' AS midnight
    FROM transit_feeds AS feed WHERE feed.source_id = hour.source_id
    ORDER BY feed.loaded_at DESC LIMIT 1
) AS feeds

-- performance --
WITH grouped AS (
    SELECT
        -- + grouping
        , CASE WHEN %(by)s = 'stop' THEN hour.stop END AS stop,
        sum(scheduled_count)::bigint AS scheduled_count, sum(observed_count)::bigint AS observed_count,
        sum(cancelled_count)::bigint AS cancelled_count, sum(trip_count)::bigint AS trip_count,
        sum(missed_trip_count)::bigint AS missed_trip_count, sum(early_count)::bigint AS early_count,
        sum(on_time_count)::bigint AS on_time_count, sum(late_count)::bigint AS late_count,
        sum(lateness_sum) AS lateness_sum, sum(headway_count)::bigint AS headway_count,
        sum(bunched_count)::bigint AS bunched_count, sum(deviation_sum) AS deviation_sum,
        sum(deviation_squares) AS deviation_squares, sum(actual_sum) AS actual_sum, sum(actual_squares) AS actual_squares,
        sum(planned_count)::bigint AS planned_count, sum(planned_sum) AS planned_sum, sum(planned_squares) AS planned_squares
    FROM transit_hours AS hour
    JOIN sources AS source USING (source_id)
    -- + midnights
    WHERE
    -- + of_window
      AND (%(stop)s::text IS NULL OR hour.stop = %(stop)s)
      AND (hour.is_timepoint OR NOT %(timepoints)s)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
)
SELECT grouped.source, grouped.is_simulated, grouped.service_date, grouped.start, grouped.route, grouped.direction, grouped.stop,
       named.short_name, named.name_en, named.name_ar, called.name_en, called.name_ar, called.longitude, called.latitude,
       scheduled_count, observed_count, cancelled_count, trip_count, missed_trip_count, early_count, on_time_count, late_count, lateness_sum, headway_count,
       bunched_count, deviation_sum, deviation_squares, actual_sum, actual_squares, planned_count, planned_sum, planned_squares,
       day.early_seconds_max, day.late_seconds_max
FROM grouped
LEFT JOIN transit_days AS day USING (source_id, service_date)
-- + names_of_routes
LEFT JOIN LATERAL (
    SELECT stop.name_en, stop.name_ar, stop.longitude, stop.latitude
    FROM transit_feeds AS feed JOIN transit_stops AS stop USING (feed_id)
    WHERE feed.source_id = grouped.source_id AND stop.stop = grouped.stop
    ORDER BY feed.loaded_at DESC LIMIT 1
) AS called ON true
WHERE %(after_0)s::text IS NULL
   OR (grouped.start, grouped.source, grouped.route, coalesce(grouped.direction, -1), coalesce(grouped.stop, ''))
    > (%(after_0)s::timestamptz, %(after_1)s::text, %(after_2)s::text, %(after_3)s::integer, %(after_4)s::text)
ORDER BY grouped.start, grouped.source, grouped.route, coalesce(grouped.direction, -1), coalesce(grouped.stop, '')
LIMIT %(rows)s

-- names_of_routes --
LEFT JOIN LATERAL (
    SELECT route.short_name, route.name_en, route.name_ar
    FROM transit_feeds AS feed JOIN transit_routes AS route USING (feed_id)
    WHERE feed.source_id = grouped.source_id AND route.route = grouped.route
    ORDER BY feed.loaded_at DESC LIMIT 1
) AS named ON true

-- segments --
WITH hours AS (
    SELECT
        -- + grouping
        , hour.from_stop, hour.to_stop, hour.scheduled_count, hour.scheduled_sum, hour.seconds
    FROM transit_segment_hours AS hour
    JOIN sources AS source USING (source_id)
    -- + midnights
    WHERE
    -- + of_window
      AND (%(stop)s::text IS NULL OR hour.from_stop = %(stop)s)
),
grouped AS (
    SELECT source, is_simulated, source_id, service_date, start, route, direction, from_stop, to_stop,
           sum(scheduled_count)::bigint AS scheduled_count, sum(scheduled_sum) / sum(scheduled_count) AS scheduled_seconds
    FROM hours
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
    HAVING %(after_0)s::text IS NULL
        OR (start, source, route, direction, from_stop, to_stop)
         > (%(after_0)s::timestamptz, %(after_1)s::text, %(after_2)s::text, %(after_3)s::integer, %(after_4)s::text, %(after_5)s::text)
    ORDER BY start, source, route, direction, from_stop, to_stop
    LIMIT %(rows)s
),
times AS (
    SELECT source_id, service_date, start, route, direction, from_stop, to_stop, count(value) AS observed_count,
           percentile_cont(ARRAY[0.15, 0.5, 0.85]) WITHIN GROUP (ORDER BY value) AS quantiles
    FROM grouped
    JOIN hours USING (source_id, service_date, start, route, direction, from_stop, to_stop)
    LEFT JOIN LATERAL unnest(hours.seconds) AS value ON true
    GROUP BY 1, 2, 3, 4, 5, 6, 7
),
free AS (
    SELECT source_id, route, direction, from_stop, to_stop, count(*) AS time_count,
           percentile_cont(%(free_flow_quantile)s::float8) WITHIN GROUP (ORDER BY value) AS seconds
    FROM (SELECT DISTINCT source_id, route, direction, from_stop, to_stop FROM grouped) AS wanted
    JOIN transit_segment_hours AS own USING (source_id, route, direction, from_stop, to_stop)
    CROSS JOIN LATERAL unnest(own.seconds) AS value
    WHERE own.bucket_start >= %(reference_start)s::timestamptz AND own.bucket_start < %(reference_end)s::timestamptz
    GROUP BY 1, 2, 3, 4, 5
)
SELECT grouped.source, grouped.is_simulated, grouped.service_date, grouped.start, grouped.route, grouped.direction,
       grouped.from_stop, grouped.to_stop, named.short_name, named.name_en, named.name_ar,
       begins.name_en, begins.name_ar, ends.name_en, ends.name_ar, begins.longitude, begins.latitude,
       grouped.scheduled_count, times.observed_count, grouped.scheduled_seconds, times.quantiles[1], times.quantiles[2], times.quantiles[3],
       CASE WHEN free.time_count >= %(reference_count_min)s THEN free.seconds END, coalesce(free.time_count, 0)
FROM grouped
-- + names_of_routes
JOIN times USING (source_id, service_date, start, route, direction, from_stop, to_stop)
LEFT JOIN free USING (source_id, route, direction, from_stop, to_stop)
-- + stops_of_segments
ORDER BY grouped.start, grouped.source, grouped.route, grouped.direction, grouped.from_stop, grouped.to_stop

-- stops_of_segments --
LEFT JOIN LATERAL (
    SELECT stop.name_en, stop.name_ar, stop.longitude, stop.latitude
    FROM transit_feeds AS feed JOIN transit_stops AS stop USING (feed_id)
    WHERE feed.source_id = grouped.source_id AND stop.stop = grouped.from_stop ORDER BY feed.loaded_at DESC LIMIT 1
) AS begins ON true
LEFT JOIN LATERAL (
    SELECT stop.name_en, stop.name_ar
    FROM transit_feeds AS feed JOIN transit_stops AS stop USING (feed_id)
    WHERE feed.source_id = grouped.source_id AND stop.stop = grouped.to_stop ORDER BY feed.loaded_at DESC LIMIT 1
) AS ends ON true

-- known_things --
-- Fixed things that measure any of these, in the units of the vocabulary.
    SELECT thing.thing_id, thing.code, thing.name_en, thing.name_ar, thing.place_code, thing.longitude, thing.latitude,
           source.code AS source, source.kind = 'simulated' AS is_simulated, datastream.datastream_id,
           datastream.observed_property_code AS property
    FROM things AS thing
    JOIN sources AS source USING (source_id)
    JOIN datastreams AS datastream USING (thing_id)
    JOIN observed_properties AS observed
      ON observed.code = datastream.observed_property_code AND observed.unit = datastream.unit
    WHERE datastream.observed_property_code = ANY (%(properties)s) AND datastream.result_type = 'measurement'
      AND (%(thing)s::text IS NULL OR thing.code = %(thing)s)
      AND (%(place)s::text IS NULL OR thing.place_code = %(place)s)
      AND (%(source)s::text IS NULL OR source.code = %(source)s)
      AND NOT EXISTS (SELECT FROM datastreams AS moving
                      WHERE moving.thing_id = thing.thing_id AND moving.observed_property_code = 'location')

-- roads --
WITH known AS (
    -- + known_things
),
hours AS (
    SELECT known.thing_id, bucket.bucket_start,
           max(bucket.mean) FILTER (WHERE property = 'vehicle_flow') AS flow,
           max(bucket.total) FILTER (WHERE property = 'vehicle_count') AS counted,
           max(bucket.mean) FILTER (WHERE property = 'vehicle_speed') AS speed,
           max(bucket.mean) FILTER (WHERE property = 'vehicle_occupancy') AS occupancy,
           min(CASE WHEN bucket.expected_count > 0
               THEN least(1.0, (bucket.good_count + bucket.not_evaluated_count + bucket.suspect_count)::float8 / bucket.expected_count)
               ELSE 1.0 END) AS coverage
    FROM known
    JOIN observations_hourly AS bucket USING (datastream_id)
    WHERE bucket.bucket_start >= %(start)s::timestamptz
      AND (%(end)s::timestamptz IS NULL OR bucket.bucket_start < %(end)s)
      AND bucket.bucket_start < '9999-12-30'  -- after it there is no end of an hour that a program can say
    GROUP BY known.thing_id, bucket.bucket_start
),
free AS (
    SELECT known.thing_id, count(*) AS hour_count,
           percentile_cont(1 - %(free_flow_quantile)s::float8) WITHIN GROUP (ORDER BY bucket.mean) AS speed
    FROM known
    JOIN observations_hourly AS bucket USING (datastream_id)
    WHERE property = 'vehicle_speed' AND bucket.mean IS NOT NULL
      AND bucket.bucket_start >= %(reference_start)s::timestamptz AND bucket.bucket_start < %(reference_end)s::timestamptz
    GROUP BY known.thing_id
),
things AS (
    SELECT DISTINCT thing_id, code, name_en, name_ar, place_code, longitude, latitude, source, is_simulated FROM known
)
SELECT things.code, hours.bucket_start, things.name_en, things.name_ar, things.place_code, place.name_en, place.name_ar,
       things.source, things.is_simulated, things.longitude, things.latitude, coalesce(hours.flow, hours.counted), hours.speed,
       hours.occupancy, hours.coverage,
       CASE WHEN free.hour_count >= %(reference_count_min)s THEN free.speed END, coalesce(free.hour_count, 0)
FROM hours
JOIN things USING (thing_id)
LEFT JOIN free USING (thing_id)
LEFT JOIN places AS place ON place.code = things.place_code
WHERE %(after_0)s::text IS NULL OR (things.code, hours.bucket_start) > (%(after_0)s, %(after_1)s::timestamptz)
ORDER BY things.code, hours.bucket_start
LIMIT %(rows)s

-- parking --
-- Hours of car parks, each with what its quarters had, in their order.
WITH known AS (
    -- + known_things
),
quarters AS (
    SELECT known.thing_id, bucket.bucket_start,
           max(bucket.mean) FILTER (WHERE property = 'free_spaces') AS free,
           max(bucket.mean) FILTER (WHERE property = 'occupied_spaces') AS occupied,
           max(bucket.mean) FILTER (WHERE property = 'total_spaces') AS total,
           max(bucket.mean) FILTER (WHERE property = 'parking_occupancy') AS occupancy,
           max(bucket.mean) FILTER (WHERE property = 'parking_duration') AS duration,
           max(CASE WHEN bucket.expected_count > 0
               THEN least(1.0, (bucket.good_count + bucket.not_evaluated_count + bucket.suspect_count)::float8 / bucket.expected_count)
               ELSE 1.0 END) AS coverage
    FROM known
    JOIN observations_quarter_hourly AS bucket USING (datastream_id)
    WHERE bucket.bucket_start >= %(start)s::timestamptz
      AND (%(end)s::timestamptz IS NULL OR bucket.bucket_start < %(end)s)
      AND bucket.bucket_start < '9999-12-30'  -- after it there is no end of an hour that a program can say
    GROUP BY known.thing_id, bucket.bucket_start
),
hours AS (
    SELECT thing_id, date_trunc('hour', bucket_start) AS bucket_start, sum(coverage) / 4 AS coverage,
           jsonb_agg(jsonb_build_array(free, occupied, total, occupancy, duration) ORDER BY bucket_start) AS quarters
    FROM quarters GROUP BY 1, 2
),
largest AS (
    SELECT known.thing_id, max(bucket.maximum) AS free
    FROM known
    JOIN observations_hourly AS bucket USING (datastream_id)
    WHERE property = 'free_spaces'
      AND bucket.bucket_start >= %(reference_start)s::timestamptz AND bucket.bucket_start < %(reference_end)s::timestamptz
    GROUP BY known.thing_id
),
things AS (
    SELECT DISTINCT thing_id, code, name_en, name_ar, place_code, longitude, latitude, source, is_simulated FROM known
)
SELECT things.code, hours.bucket_start, things.name_en, things.name_ar, things.place_code, place.name_en, place.name_ar,
       things.source, things.is_simulated, things.longitude, things.latitude, hours.quarters, hours.coverage, largest.free
FROM hours
JOIN things USING (thing_id)
LEFT JOIN largest USING (thing_id)
LEFT JOIN places AS place ON place.code = things.place_code
WHERE %(after_0)s::text IS NULL OR (things.code, hours.bucket_start) > (%(after_0)s, %(after_1)s::timestamptz)
ORDER BY things.code, hours.bucket_start
LIMIT %(rows)s
