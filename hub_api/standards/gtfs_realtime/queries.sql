-- schedules --
-- Of each source the version of its schedule that holds on a day, or the one that held last.
SELECT DISTINCT ON (feed.source_id) feed.feed_id, source.code, feed.agency, feed.zone, feed.digest, feed.valid_from,
       feed.valid_until, feed.loaded_at
FROM transit_feeds AS feed
JOIN sources AS source USING (source_id)
ORDER BY feed.source_id, (%(today)s::date BETWEEN feed.valid_from AND feed.valid_until) DESC, feed.loaded_at DESC, feed.feed_id DESC

-- stops --
SELECT stop, longitude, latitude FROM transit_stops WHERE feed_id = %(feed_id)s

-- routes --
SELECT route, route_type FROM transit_routes WHERE feed_id = %(feed_id)s

-- shapes --
SELECT shape, longitudes, latitudes FROM transit_shapes WHERE feed_id = %(feed_id)s AND shape = ANY (%(shapes)s)

-- vehicles --
-- Where vehicles were seen last, and the newest of what else they say: name and value, unit and how many seconds before
-- the position.
SELECT thing.code, thing.name_en, extract(epoch FROM seen.phenomenon_time)::bigint, seen.longitude, seen.latitude, seen.quality,
       coalesce(said.every, '[]')
FROM datastreams AS track
JOIN latest AS seen USING (datastream_id)
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(
               datastream.observed_property_code, coalesce(to_jsonb(newest.result_text), to_jsonb(newest.result)), datastream.unit,
               extract(epoch FROM seen.phenomenon_time - newest.phenomenon_time))
               ORDER BY newest.phenomenon_time, newest.datastream_id) AS every
    FROM datastreams AS datastream
    JOIN latest AS newest USING (datastream_id)
    WHERE datastream.thing_id = thing.thing_id AND datastream.observed_property_code = ANY (%(properties)s)
      AND newest.quality < 4 AND newest.result IS DISTINCT FROM 'NaN'::float8
) AS said
WHERE track.observed_property_code = 'location' AND track.result_type = 'position'
  AND (%(source)s::text IS NULL OR source.code = %(source)s)
  AND (%(is_scheduled)s OR thing.kind = ANY (%(kinds)s))
ORDER BY seen.phenomenon_time DESC, thing.code
LIMIT %(rows)s

-- trips --
-- Runs of trips that vehicles state, of blocks that vehicles serve, and of which something was seen. Each service day comes with
-- the seconds of it that have passed.
SELECT day.service_date, trip.trip, trip.route, trip.direction, trip.block, trip.shape, trip.stops, trip.arrivals, trip.departures
FROM unnest(%(days)s::date[], %(seconds)s::integer[]) AS today (service_date, seconds)
JOIN transit_service_days AS day ON day.service_date = today.service_date AND day.feed_id = %(feed_id)s
JOIN transit_trips AS trip ON trip.feed_id = day.feed_id AND trip.service = day.service
WHERE (trip.trip = ANY (%(stated)s)
       AND today.seconds BETWEEN trip.departures[1] - %(slack)s::integer AND trip.arrivals[cardinality(trip.arrivals)] + %(slack)s::integer)
   OR (trip.block = ANY (%(blocks)s)
       AND today.seconds BETWEEN trip.departures[1] AND trip.arrivals[cardinality(trip.arrivals)] + %(stale)s::integer)
   OR (day.service_date, trip.trip) IN (SELECT * FROM unnest(%(seen_days)s::date[], %(seen_trips)s::text[]))
ORDER BY 1, 2

-- passages --
-- What was seen, on these service days, of runs at some stop of which a vehicle was since an instant; of two vehicles on one trip
-- that which was seen at more stops.
WITH runs AS (
    SELECT DISTINCT service_date, trip FROM transit_passages
    WHERE feed_id = %(feed_id)s AND service_date = ANY (%(days)s) AND greatest(arrival, departure) >= %(since)s
),
every AS (
    SELECT passage.*, count(*) OVER (PARTITION BY service_date, trip, thing_id) AS stop_count
    FROM runs
    JOIN transit_passages AS passage USING (service_date, trip)
    WHERE passage.feed_id = %(feed_id)s
),
ranked AS (
    SELECT every.*, dense_rank() OVER (PARTITION BY service_date, trip ORDER BY stop_count DESC, thing_id) AS place FROM every
)
SELECT ranked.service_date, ranked.trip, thing.code, ranked.sequence, extract(epoch FROM ranked.arrival)::bigint,
       extract(epoch FROM ranked.departure)::bigint
FROM ranked
JOIN things AS thing USING (thing_id)
WHERE ranked.place = 1
ORDER BY ranked.service_date, ranked.trip, ranked.sequence
LIMIT %(rows)s

-- routes_of_blocks --
-- Which routes the blocks have that are called like these vehicles.
SELECT DISTINCT block, route FROM transit_trips WHERE feed_id = %(feed_id)s AND block = ANY (%(blocks)s) ORDER BY 1, 2

-- announced --
-- What the operator of a source announces in feeds of its own, as the newest has it.
SELECT DISTINCT ON (alert.alert) alert.alert, alert.cause, alert.effect, alert.severity, alert.active_periods, alert.informed,
       alert.header, alert.description, alert.url, extract(epoch FROM alert.stated_at)::bigint
FROM service_alerts AS alert
JOIN sources AS source USING (source_id)
WHERE source.code = %(source)s AND source.review = 'accepted' AND alert.gone_at IS NULL
ORDER BY alert.alert, alert.stated_at DESC
LIMIT %(rows)s

-- alerts --
-- Open alerts that everybody may know: of the vehicles of a source, and of traffic anywhere. (Dust at a station that the same
-- source has is nothing that riders of a line are to know.)
SELECT alert.alert_id, alert.rule, alert.severity, thing.code, thing.name_en, thing.name_ar, thing.longitude, thing.latitude,
       extract(epoch FROM alert.raised_at)::bigint, extract(epoch FROM alert.noted_at)::bigint,
       extract(epoch FROM alert.expected_at)::bigint, source.code = %(source)s
FROM open_alerts AS alert
JOIN things AS thing USING (thing_id)
JOIN sources AS source USING (source_id)
WHERE alert.cleared_at IS NULL AND alert.is_false IS DISTINCT FROM true
  AND (alert.rule ->> 'category' = 'Transport' OR (source.code = %(source)s AND thing.longitude IS NULL))
ORDER BY alert.raised_at DESC, alert.alert_id DESC
LIMIT %(rows)s
