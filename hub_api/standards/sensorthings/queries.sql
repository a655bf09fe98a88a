-- things --
-- Things, as the standard shows them.
sta_things

-- locations --
-- Places, each with the things that are there now.
sta_locations

-- historical_locations --
-- Where things were, from an instant on.
sta_historical_locations

-- datastreams --
-- Datastreams, as the standard shows them.
sta_datastreams

-- sensors --
-- Sensors, as the standard shows them.
sta_sensors

-- observed_properties --
-- Observed properties, as the standard shows them.
sta_observed_properties

-- features --
-- Features of interest, most of them the places of things.
sta_features

-- listed_sensors --
-- That nobody stated the sensor is told where there is a datastream without one.
({e}.sensor_id <> 0 OR EXISTS (SELECT FROM datastreams WHERE sensor_id IS NULL))

-- listed_observed_properties --
-- Of the vocabulary what something observes, and what was posted. What is observed is looked up once for all, from each property to the
-- next in the index: DISTINCT would read all datastreams, and so would the planner beside an OR for each property that nothing observes.
({e}.properties ->> 'code' IS DISTINCT FROM {e}.code OR {e}.code IN (
    WITH RECURSIVE observed (code) AS (
        (SELECT observed_property_code FROM datastreams ORDER BY observed_property_code LIMIT 1)
        UNION ALL
        SELECT following.code FROM observed CROSS JOIN LATERAL (
            SELECT observed_property_code AS code FROM datastreams
            WHERE observed_property_code > observed.code ORDER BY observed_property_code LIMIT 1) AS following)
    SELECT code FROM observed))

-- listed_features --
-- What was posted, and of the places of things those that an observation is of: by itself, or as the newest of a datastream there is.
(NOT EXISTS (SELECT FROM sta_locations WHERE location_id = {e}.feature_id)
 OR EXISTS (SELECT FROM observation_details WHERE feature_id = {e}.feature_id)
 OR EXISTS (SELECT FROM sta_historical_location_links AS noted
            JOIN sta_historical_locations AS spot USING (historical_location_id)
            JOIN datastreams AS stream USING (thing_id)
            JOIN latest AS newest USING (datastream_id)
            LEFT JOIN observation_details AS kept
                ON kept.datastream_id = newest.datastream_id AND kept.phenomenon_time = newest.phenomenon_time
            WHERE noted.location_id = {e}.feature_id AND kept.feature_id IS NULL))

-- in_piece --
-- Of a walk, in the span of time that is looked at.
{e}.phenomenon_time >= %(piece_since)s::timestamptz AND {e}.phenomenon_time < %(piece_until)s::timestamptz

-- stream_in_piece --
-- The same of datastreams.
stream.datastream_id BETWEEN %(piece_first)s::integer AND %(piece_last)s::integer

-- extent --
-- From when until when there are observations, and the last datastream that has any. What a clock of the hub stamped ahead
-- before it was set back lies after the newest of its datastream.
SELECT (SELECT min(found.phenomenon_time)
        FROM latest AS one CROSS JOIN LATERAL (
            (SELECT phenomenon_time FROM observations WHERE datastream_id = one.datastream_id ORDER BY 1 LIMIT 1)
            UNION ALL
            (SELECT phenomenon_time FROM observations_category WHERE datastream_id = one.datastream_id ORDER BY 1 LIMIT 1)
            UNION ALL
            (SELECT phenomenon_time FROM observations_position WHERE datastream_id = one.datastream_id ORDER BY 1 LIMIT 1)) AS found),
       greatest(max(phenomenon_time), (
           SELECT max(found.phenomenon_time)
           FROM latest AS one CROSS JOIN LATERAL (
               (SELECT phenomenon_time FROM observations
                WHERE datastream_id = one.datastream_id AND phenomenon_time > now() ORDER BY 1 DESC LIMIT 1)
               UNION ALL
               (SELECT phenomenon_time FROM observations_category
                WHERE datastream_id = one.datastream_id AND phenomenon_time > now() ORDER BY 1 DESC LIMIT 1)
               UNION ALL
               (SELECT phenomenon_time FROM observations_position
                WHERE datastream_id = one.datastream_id AND phenomenon_time > now() ORDER BY 1 DESC LIMIT 1)) AS found)),
       max(datastream_id)
FROM latest

-- observations --
-- Observations with what was posted beside their results. What a statement does not ask for is not joined.
(SELECT raw.datastream_id, raw.phenomenon_time, raw.batch_id, raw.quality, raw.number, raw.words, raw.longitude, raw.latitude,
        coalesce(kept.phenomenon_start, raw.phenomenon_time) AS phenomenon_start, kept.phenomenon_end, kept.result_time, kept.valid_start, kept.valid_end, kept.result_quality, kept.parameters,
        kept.feature_id AS own_feature_id,
        CASE WHEN kept.exact_result IS NULL THEN raw.number END AS told_number,
        coalesce(kept.exact_result, raw.words) AS told_words, kept.exact_result IS NOT NULL OR stream.is_json AS told_json,
        stream.thing_id, stream.result_type, stream.observation_type, stream.is_json
 FROM ({raw}) AS raw
 LEFT JOIN sta_datastreams AS stream ON stream.datastream_id = raw.datastream_id
 LEFT JOIN observation_details AS kept
     ON kept.datastream_id = raw.datastream_id AND kept.phenomenon_time = raw.phenomenon_time
 -- Of an array that it does not know the planner expects that it leaves nothing; of what is not NULL, that nearly all stays.
 WHERE CASE WHEN raw.datastream_id = ANY (ARRAY(SELECT datastream_id FROM hidden_datastreams)) THEN NULL ELSE true END IS NOT NULL)

-- raw_measurement --
-- Numbers, none where one stands for "no value".
SELECT datastream_id, phenomenon_time, batch_id, quality, CASE WHEN quality < 9 THEN result END AS number, NULL::text AS words, NULL::float8 AS longitude,
       NULL::float8 AS latitude
FROM observations

-- raw_category --
-- Texts.
SELECT datastream_id, phenomenon_time, batch_id, quality, NULL::float8 AS number, result AS words, NULL::float8 AS longitude,
       NULL::float8 AS latitude
FROM observations_category

-- raw_position --
-- Places.
SELECT datastream_id, phenomenon_time, batch_id, quality, NULL::float8 AS number, NULL::text AS words, longitude, latitude
FROM observations_position

-- with_archive --
-- Rows of the store, and of the archive what the store has let go of. Where something came late for an instant that the archive has,
-- one of them is left out.
SELECT * FROM ({stored}) AS stored
WHERE NOT EXISTS (
    SELECT FROM unnest(%(hidden_datastreams)s::int4[], %(hidden_moments)s::int8[]) AS hidden (datastream_id, microseconds)
    WHERE hidden.datastream_id = stored.datastream_id
      AND stored.phenomenon_time = '1970-01-01T00:00Z'::timestamptz + microseconds * INTERVAL '1 microsecond')
UNION ALL
{archived}

-- archived_measurement --
-- Numbers of the archive.
SELECT datastream_id, '1970-01-01T00:00Z'::timestamptz + microseconds * INTERVAL '1 microsecond' AS phenomenon_time, batch_id, quality,
       result AS number, NULL::text AS words, NULL::float8 AS longitude, NULL::float8 AS latitude
FROM unnest(%(measurement_datastreams)s::int4[], %(measurement_moments)s::int8[], %(measurement_results)s::float8[],
            %(measurement_qualities)s::int2[], %(measurement_versions)s::int8[])
     AS archived (datastream_id, microseconds, result, quality, batch_id)

-- archived_category --
-- Texts of the archive.
SELECT datastream_id, '1970-01-01T00:00Z'::timestamptz + microseconds * INTERVAL '1 microsecond' AS phenomenon_time, batch_id, quality,
       NULL::float8 AS number, words, NULL::float8 AS longitude, NULL::float8 AS latitude
FROM unnest(%(category_datastreams)s::int4[], %(category_moments)s::int8[], %(category_results)s::text[],
            %(category_qualities)s::int2[], %(category_versions)s::int8[])
     AS archived (datastream_id, microseconds, words, quality, batch_id)

-- archived_position --
-- Places of the archive.
SELECT datastream_id, '1970-01-01T00:00Z'::timestamptz + microseconds * INTERVAL '1 microsecond' AS phenomenon_time, batch_id, quality,
       NULL::float8 AS number, NULL::text AS words, longitude, latitude
FROM unnest(%(position_datastreams)s::int4[], %(position_moments)s::int8[], %(position_longitudes)s::float8[],
            %(position_latitudes)s::float8[], %(position_qualities)s::int2[], %(position_versions)s::int8[])
     AS archived (datastream_id, microseconds, longitude, latitude, quality, batch_id)

-- raw_newest --
-- The newest of every datastream.
SELECT datastream_id, phenomenon_time, batch_id, quality, CASE WHEN quality < 9 THEN result END AS number, result_text AS words, longitude, latitude
FROM latest

-- quality --
-- What stands for the quality of an observation that was posted without a word of it: its flag of QARTOD.
coalesce({e}.result_quality, jsonb_build_object('scheme', 'QARTOD', 'flag', {e}.quality, 'meaning',
    CASE {e}.quality WHEN 1 THEN 'good' WHEN 2 THEN 'not evaluated' WHEN 3 THEN 'suspect' WHEN 4 THEN 'bad' ELSE 'missing' END))

-- unit --
-- A unit as it was posted, or by its code.
coalesce({e}.unit_of_measurement, {known} -> {e}.unit, jsonb_build_object(
    'name', {e}.unit, 'symbol', {e}.unit,
    'definition', 'http://www.opengis.net/def/uom/UCUM/' || replace({e}.unit, '%%', '%%25')))

-- area --
-- Of a datastream what was posted, or of one that was posted without the features that its newest thousand observations with a
-- feature of their own are of, and those where its thing was meanwhile; whoever tells it makes their bounds of them.
(CASE WHEN {e}.observed_area IS NOT NULL THEN {e}.observed_area
      WHEN {e}.unit_of_measurement IS NOT NULL THEN (
    SELECT jsonb_build_object('type', 'Bounds', 'geometries', jsonb_agg(observed.feature))
    FROM (SELECT newest.feature_id FROM (
              SELECT kept.feature_id FROM observation_details AS kept
              WHERE kept.datastream_id = {e}.datastream_id AND kept.feature_id IS NOT NULL
              ORDER BY kept.phenomenon_time DESC LIMIT 1000) AS newest
          UNION
          SELECT span.feature_id FROM sta_feature_spans AS span
          JOIN latest AS newest ON newest.datastream_id = {e}.datastream_id AND span.since <= newest.phenomenon_time
          WHERE span.thing_id = {e}.thing_id) AS one
    JOIN sta_features AS observed USING (feature_id)
    HAVING count(*) > 0) END)

-- result_json --
-- A result of any type as JSON; what is no JSON though it should be is a text.
(CASE WHEN {e}.longitude IS NOT NULL
      THEN jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array({e}.longitude, {e}.latitude))
      WHEN {e}.words IS NOT NULL
      THEN CASE WHEN {e}.is_json AND {e}.words IS JSON THEN {e}.words::jsonb ELSE to_jsonb({e}.words) END
      WHEN {e}.observation_type LIKE '%%OM_TruthObservation' THEN to_jsonb({e}.number <> 0)
      WHEN {e}.number < 'Infinity' AND {e}.number > '-Infinity' THEN to_jsonb({e}.number) END)

-- result_number --
-- A result that is stored as a number; none for what is not finite.
(CASE WHEN {e}.number < 'Infinity' AND {e}.number > '-Infinity' THEN {e}.number END)

-- first_time --
-- Of a datastream, when its first observation was, as it was stated. OFFSET keeps it from being looked up twice. Of one that lies in the
-- archive it is the hour's beginning, or where there are no roll-ups when the first part of the archive begins in which it may be.
least((SELECT coalesce(kept.phenomenon_start, first.phenomenon_time) FROM (SELECT CASE {e}.result_type
 WHEN 'measurement' THEN (SELECT one.phenomenon_time FROM observations AS one
     WHERE one.datastream_id = {e}.datastream_id ORDER BY one.phenomenon_time LIMIT 1)
 WHEN 'category' THEN (SELECT one.phenomenon_time FROM observations_category AS one
     WHERE one.datastream_id = {e}.datastream_id ORDER BY one.phenomenon_time LIMIT 1)
 ELSE (SELECT one.phenomenon_time FROM observations_position AS one
     WHERE one.datastream_id = {e}.datastream_id ORDER BY one.phenomenon_time LIMIT 1) END OFFSET 0) AS first (phenomenon_time)
 LEFT JOIN observation_details AS kept
     ON kept.datastream_id = {e}.datastream_id AND kept.phenomenon_time = first.phenomenon_time),
 CASE WHEN EXISTS (SELECT FROM archive_parts WHERE let_go_at IS NOT NULL) THEN (
     SELECT greatest(part.first_phenomenon_time, (SELECT hourly.bucket_start FROM observations_hourly AS hourly
                                                  WHERE hourly.datastream_id = {e}.datastream_id ORDER BY hourly.bucket_start LIMIT 1))
     FROM datastreams AS own JOIN things AS thing USING (thing_id) JOIN archive_parts AS part USING (source_id)
     WHERE own.datastream_id = {e}.datastream_id AND part.let_go_at IS NOT NULL
       AND own.datastream_id BETWEEN part.first_datastream_id AND part.last_datastream_id
     ORDER BY part.ends_at LIMIT 1) END)

-- newest_time --
-- Of a datastream, when its newest observation was.
(SELECT one.phenomenon_time FROM latest AS one WHERE one.datastream_id = {e}.datastream_id)

-- is_detailed --
-- Whether something was posted beside the results of a datastream.
EXISTS (SELECT FROM observation_details AS one WHERE one.datastream_id = {e}.datastream_id)

-- last_time --
-- Of a datastream, when its last observation was or ended, as it was stated, among the newest thousand of which more is stated than a
-- result. Of most nothing else is.
CASE WHEN NOT {is_detailed} THEN {newest_time}
     ELSE greatest(
         (SELECT coalesce(kept.phenomenon_start, one.phenomenon_time)
          FROM latest AS one LEFT JOIN observation_details AS kept
              ON kept.datastream_id = one.datastream_id AND kept.phenomenon_time = one.phenomenon_time
          WHERE one.datastream_id = {e}.datastream_id),
         (SELECT max(one.phenomenon_end) FROM (
             SELECT phenomenon_end FROM observation_details WHERE datastream_id = {e}.datastream_id
             ORDER BY phenomenon_time DESC LIMIT 1000) AS one)) END

-- first_result_time --
-- The first time of a result of a datastream, among its first thousand that state one.
CASE WHEN {is_detailed}
     THEN (SELECT min(one.result_time) FROM (
         SELECT result_time FROM observation_details WHERE datastream_id = {e}.datastream_id
         ORDER BY phenomenon_time LIMIT 1000) AS one) END

-- last_result_time --
-- The last time of a result of a datastream, among its newest thousand that state one.
CASE WHEN {is_detailed}
     THEN (SELECT max(one.result_time) FROM (
         SELECT result_time FROM observation_details WHERE datastream_id = {e}.datastream_id
         ORDER BY phenomenon_time DESC LIMIT 1000) AS one) END

-- spans --
-- Of datastreams, in their order, what has to be looked up in their observations; what several columns ask is asked once.
SELECT {columns}
FROM (SELECT e.datastream_id, e.result_type, newest.phenomenon_time AS newest_time, {is_detailed} AS is_detailed, e.place
      FROM unnest(%(datastreams)s::integer[], %(types)s::text[]) WITH ORDINALITY AS e (datastream_id, result_type, place)
      LEFT JOIN latest AS newest ON newest.datastream_id = e.datastream_id
      ORDER BY e.place OFFSET 0) AS e
ORDER BY e.place

-- feature_of --
-- Of an observation, the number of its feature of interest: its own, or where its thing was then.
(SELECT coalesce({e}.own_feature_id, (
    SELECT span.feature_id FROM sta_feature_spans AS span
    WHERE span.thing_id = {e}.thing_id AND span.since <= {e}.phenomenon_time AND {e}.phenomenon_time < span.until
)) AS feature_id)

-- streams_of_feature --
-- The datastreams that have observations of a feature of interest.
ARRAY(SELECT stream.datastream_id
      FROM sta_historical_location_links AS noted
      JOIN sta_historical_locations AS spot USING (historical_location_id)
      JOIN datastreams AS stream ON stream.thing_id = spot.thing_id
      WHERE noted.location_id = {feature}
      UNION
      SELECT datastream_id FROM observation_details WHERE feature_id = {feature})

-- observes_feature --
-- Whether an observation is of a feature of interest: its own, or where its thing was then. First of which datastreams it can be.
{e}.datastream_id = ANY({streams})
AND ({e}.own_feature_id = {feature}
     OR ({e}.own_feature_id IS NULL AND EXISTS (
        SELECT FROM sta_feature_spans AS span
        WHERE span.thing_id = {e}.thing_id AND span.feature_id = {feature}
          AND span.since <= {e}.phenomenon_time AND {e}.phenomenon_time < span.until)))

-- spans_of_feature --
-- The datastreams that have observations of a feature of interest, and from when until when those were of it that state none: without
-- bounds NULL. A row for each such span, or one of a datastream that only has observations which state it.
SELECT stream.datastream_id, stream.result_type, nullif(span.since, '-infinity'), nullif(span.until, 'infinity'), true
FROM (SELECT DISTINCT spot.thing_id
      FROM sta_historical_location_links AS noted JOIN sta_historical_locations AS spot USING (historical_location_id)
      WHERE noted.location_id = %(feature)s) AS visitor
JOIN sta_feature_spans AS span ON span.thing_id = visitor.thing_id AND span.feature_id = %(feature)s
JOIN datastreams AS stream ON stream.thing_id = visitor.thing_id
UNION ALL
SELECT stream.datastream_id, stream.result_type, NULL, NULL, false
FROM (SELECT DISTINCT datastream_id FROM observation_details WHERE feature_id = %(feature)s) AS stated
JOIN datastreams AS stream USING (datastream_id)

-- at_feature --
-- The same as observes_feature, where it is known when the things of which datastreams were there.
({e}.own_feature_id = {feature}
 OR ({e}.own_feature_id IS NULL AND (
    {e}.datastream_id = ANY({always}::integer[])
    OR EXISTS (
        SELECT FROM unnest({sometimes}::integer[], {since}::timestamptz[], {until}::timestamptz[])
            AS span (datastream_id, since, until)
        WHERE span.datastream_id = {e}.datastream_id AND span.since <= {e}.phenomenon_time
          AND {e}.phenomenon_time < span.until))))

-- has_older --
-- Which of these datastreams have more than their newest observation; {table} has those of their type.
SELECT newest.datastream_id
FROM latest AS newest
WHERE newest.datastream_id = ANY(%(datastreams)s::integer[])
  AND EXISTS (SELECT FROM {table} AS older
              WHERE older.datastream_id = newest.datastream_id AND older.phenomenon_time < newest.phenomenon_time)

-- features_of --
-- Of observations, the number of the feature of interest of each, in their order; NULL of one that has none.
SELECT {features}
FROM unnest(%(datastreams)s::integer[], %(moments)s::timestamptz[]) WITH ORDINALITY
     AS asked (datastream_id, phenomenon_time, place)
LEFT JOIN datastreams AS stream ON stream.datastream_id = asked.datastream_id
LEFT JOIN observation_details AS kept
     ON kept.datastream_id = asked.datastream_id AND kept.phenomenon_time = asked.phenomenon_time
CROSS JOIN LATERAL (
    SELECT kept.feature_id AS own_feature_id, stream.thing_id, asked.phenomenon_time) AS e
ORDER BY asked.place

-- moved_to --
-- The present time of an observation whose time was changed.
SELECT phenomenon_time FROM observation_moves WHERE datastream_id = %(datastream)s AND was = %(moment)s

-- geometries --
-- The geometries of all entities of a kind, for spatial functions.
SELECT e.{key}, {geometry}::text FROM {source} AS e WHERE {geometry} IS NOT NULL LIMIT {limit}

-- let_go --
-- Of which datastreams the store may have let go of observations in [since, until), and until when; without streams of all. The files
-- of a source say from which to which of its datastreams they are, not of which.
SELECT stream.datastream_id, gone.until
FROM (SELECT part.source_id, min(part.first_datastream_id) AS first, max(part.last_datastream_id) AS last, max(part.ends_at) AS until
      FROM archive_parts AS part
      WHERE part.let_go_at IS NOT NULL AND part.ends_at > %(since)s::timestamptz AND part.starts_at < %(until)s::timestamptz
        AND (%(streams)s::integer[] IS NULL OR part.source_id IN (
            SELECT thing.source_id FROM datastreams AS one JOIN things AS thing USING (thing_id)
            WHERE one.datastream_id = ANY(%(streams)s::integer[])))
      GROUP BY part.source_id) AS gone
JOIN things AS thing USING (source_id)
JOIN datastreams AS stream USING (thing_id)
WHERE stream.datastream_id BETWEEN gone.first AND gone.last
  AND (%(streams)s::integer[] IS NULL OR stream.datastream_id = ANY(%(streams)s::integer[]))
ORDER BY stream.datastream_id

-- last_datastream --
-- The largest number of a datastream.
SELECT coalesce(max(datastream_id), 0) FROM datastreams

-- of_batches --
-- The observations that these batches stored, as they are now.
SELECT {columns} FROM {source} AS e WHERE e.batch_id = ANY(%(batches)s)
ORDER BY e.batch_id, e.datastream_id, e.phenomenon_time LIMIT %(rows)s

-- listen_written --
-- What is written through the standard is told when it has committed.
LISTEN falaj_sensorthings
