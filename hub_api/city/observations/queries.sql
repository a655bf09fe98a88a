-- measurement --
-- A source of rows: measured numbers, none where it stands for "no value". All sources have the columns that the statements below name.
SELECT datastream_id, phenomenon_time AS moment, CASE WHEN quality < 9 THEN result END AS result, NULL::text AS result_text,
       NULL::float8 AS longitude, NULL::float8 AS latitude, quality, batch_id AS version
FROM observations
WHERE {which}
  AND phenomenon_time >= %(start)s::timestamptz
  AND phenomenon_time < %(end)s::timestamptz
  AND {flags}

-- category --
-- A source of rows: categories.
SELECT datastream_id, phenomenon_time AS moment, NULL::float8 AS result, result AS result_text,
       NULL::float8 AS longitude, NULL::float8 AS latitude, quality, batch_id AS version
FROM observations_category
WHERE {which}
  AND phenomenon_time >= %(start)s::timestamptz
  AND phenomenon_time < %(end)s::timestamptz
  AND {flags}

-- position --
-- A source of rows: positions.
SELECT datastream_id, phenomenon_time AS moment, NULL::float8 AS result, NULL::text AS result_text,
       longitude, latitude, quality, batch_id AS version
FROM observations_position
WHERE {which}
  AND phenomenon_time >= %(start)s::timestamptz
  AND phenomenon_time < %(end)s::timestamptz
  AND {flags}

-- with_archive --
-- A source of rows: those of the store, and of the archive what the store has let go of. Where something came late for an instant
-- that the archive has, one of them is left out.
SELECT * FROM ({stored}) AS kept
WHERE NOT EXISTS (
    SELECT FROM unnest(%(hidden_datastreams)s::int4[], %(hidden_moments)s::int8[]) AS hidden (datastream_id, microseconds)
    WHERE hidden.datastream_id = kept.datastream_id
      AND kept.moment = '1970-01-01T00:00Z'::timestamptz + microseconds * INTERVAL '1 microsecond')
UNION ALL
{archived}

-- archived_measurement --
-- A source of rows: measured numbers of the archive.
SELECT {datastream} AS datastream_id, '1970-01-01T00:00Z'::timestamptz + microseconds * INTERVAL '1 microsecond' AS moment,
       CASE WHEN archived.quality < 9 THEN archived.result END AS result, NULL::text AS result_text, NULL::float8 AS longitude, NULL::float8 AS latitude, archived.quality,
       archived.version
FROM unnest(%(measurement_datastreams)s::int4[], %(measurement_moments)s::int8[], %(measurement_results)s::float8[],
            %(measurement_qualities)s::int2[], %(measurement_versions)s::int8[])
     AS archived (datastream_id, microseconds, result, quality, version)

-- archived_category --
-- A source of rows: categories of the archive.
SELECT {datastream} AS datastream_id, '1970-01-01T00:00Z'::timestamptz + microseconds * INTERVAL '1 microsecond' AS moment,
       NULL::float8 AS result, archived.result_text, NULL::float8 AS longitude, NULL::float8 AS latitude, archived.quality,
       archived.version
FROM unnest(%(category_datastreams)s::int4[], %(category_moments)s::int8[], %(category_results)s::text[],
            %(category_qualities)s::int2[], %(category_versions)s::int8[])
     AS archived (datastream_id, microseconds, result_text, quality, version)

-- archived_position --
-- A source of rows: positions of the archive.
SELECT {datastream} AS datastream_id, '1970-01-01T00:00Z'::timestamptz + microseconds * INTERVAL '1 microsecond' AS moment,
       NULL::float8 AS result, NULL::text AS result_text, archived.longitude, archived.latitude, archived.quality,
       archived.version
FROM unnest(%(position_datastreams)s::int4[], %(position_moments)s::int8[], %(position_longitudes)s::float8[],
            %(position_latitudes)s::float8[], %(position_qualities)s::int2[], %(position_versions)s::int8[])
     AS archived (datastream_id, microseconds, longitude, latitude, quality, version)

-- gone --
-- What the store has let go of in a window, for datastreams between two numbers.
SELECT sources.code, part.sector, part.local_date, part.path, part.byte_count, part.sha256, part.starts_at, part.ends_at, part.row_count,
       part.damage
FROM archive_parts AS part
JOIN sources USING (source_id)
WHERE part.let_go_at IS NOT NULL AND sources.code = ANY(%(sources)s)
  AND part.ends_at > %(start)s::timestamptz AND part.starts_at < %(end)s::timestamptz
  AND part.first_datastream_id <= %(last_datastream)s AND part.last_datastream_id >= %(first_datastream)s
ORDER BY part.starts_at, part.ends_at, sources.code, part.sector

-- late --
-- What the store has of these datastreams in a stretch of time that it has let go of: it came later.
SELECT datastream_id, (extract(epoch FROM phenomenon_time) * 1000000)::bigint, conflict_policy = 'keep_last'
FROM {table}
JOIN datastreams USING (datastream_id)
WHERE datastream_id = ANY(%(datastreams)s::int4[])
  AND phenomenon_time >= %(start)s::timestamptz AND phenomenon_time < %(end)s::timestamptz

-- statistics --
-- A source of rows: buckets of {table} that begin in [start, end).
SELECT datastream_id, bucket_start AS moment, mean, minimum, maximum, standard_deviation, p05, p50, p95,
       observation_count, expected_count,
       least(1, observation_count / nullif(expected_count, 0)::float8) AS completeness,
       good_count, not_evaluated_count, suspect_count, bad_count,
       observation_count - good_count - not_evaluated_count - suspect_count - bad_count AS missing_count,
       first_result, last_result, total,
       (extract(epoch FROM computed_at) * 1000000)::bigint AS version
FROM {table}
WHERE {which}
  AND bucket_start >= %(start)s::timestamptz
  AND bucket_start < %(end)s::timestamptz
  AND {flags}

-- daily --
-- A source of rows: local days that begin in [start, end), each in the zone of its datastream.
SELECT datastream_id, bucket_start AS moment, local.local_date,
       local_day_start(local.local_date + 1, zoned.zone) AS bucket_end, zoned.zone,
       mean, minimum, maximum, standard_deviation, p05, p50, p95, observation_count, expected_count,
       least(1, observation_count / nullif(expected_count, 0)::float8) AS completeness,
       good_count, not_evaluated_count, suspect_count, bad_count,
       observation_count - good_count - not_evaluated_count - suspect_count - bad_count AS missing_count,
       first_result, last_result, total, valid_hour_count,
       (extract(epoch FROM computed_at) * 1000000)::bigint AS version
FROM {table}
JOIN unnest(%(datastreams)s::int4[], %(zones)s::text[]) AS zoned (datastream_id, zone) USING (datastream_id)
CROSS JOIN LATERAL (SELECT (bucket_start AT TIME ZONE zoned.zone)::date AS local_date) AS local
WHERE {which}
  AND bucket_start >= %(start)s::timestamptz
  AND bucket_start < %(end)s::timestamptz
  AND {flags}

-- period --
-- A source of rows: local months or years that begin in [start, end), each in the zone of its datastream.
SELECT datastream_id, bucket_start AS moment, local.local_date,
       local_day_start((local.local_date + make_interval(months => {months}))::date, zoned.zone) AS bucket_end, zoned.zone,
       mean, minimum, maximum, standard_deviation, p05, p50, p95, observation_count, expected_count,
       least(1, observation_count / nullif(expected_count, 0)::float8) AS completeness,
       good_count, not_evaluated_count, suspect_count, bad_count,
       observation_count - good_count - not_evaluated_count - suspect_count - bad_count AS missing_count,
       first_result, last_result, total, valid_day_count,
       (extract(epoch FROM computed_at) * 1000000)::bigint AS version
FROM {table}
JOIN unnest(%(datastreams)s::int4[], %(zones)s::text[]) AS zoned (datastream_id, zone) USING (datastream_id)
CROSS JOIN LATERAL (SELECT (bucket_start AT TIME ZONE zoned.zone)::date AS local_date) AS local
WHERE {which}
  AND bucket_start >= %(start)s::timestamptz
  AND bucket_start < %(end)s::timestamptz
  AND {flags}

-- week --
-- A source of rows: local weeks, each from its Sunday in the zone of its datastream, that begin in [start, end). They are made of
-- days and valid hours as months are (ingest/rollups_of_days.sql, recompute_periods), when they are asked for.
SELECT week.datastream_id, week.moment, week.local_date, week.bucket_end, week.zone,
       CASE WHEN days.valid_day_count > 0 AND days.valid_day_count >= coalesce(0.75 * expected.day_count, 0)
            THEN CASE WHEN property.is_circular THEN days.direction ELSE days.day_mean END END AS mean,
       days.minimum, days.maximum, hours.standard_deviation,
       hours.quantiles[1] AS p05, hours.quantiles[2] AS p50, hours.quantiles[3] AS p95,
       days.observation_count, expected.value_count AS expected_count,
       least(1, days.observation_count / nullif(expected.value_count, 0)::float8) AS completeness,
       days.good_count, days.not_evaluated_count, days.suspect_count, days.bad_count,
       days.observation_count - days.good_count - days.not_evaluated_count - days.suspect_count - days.bad_count
           AS missing_count,
       days.first_result, days.last_result, days.total, days.valid_day_count, days.version
FROM (
    SELECT datastream_id, zone, local_date, bounds.moment, bounds.bucket_end
    FROM (
        SELECT DISTINCT datastream_id, zoned.zone, local.day - extract(dow FROM local.day)::int AS local_date
        FROM {table}
        JOIN unnest(%(datastreams)s::int4[], %(zones)s::text[]) AS zoned (datastream_id, zone) USING (datastream_id)
        CROSS JOIN LATERAL (SELECT (bucket_start AT TIME ZONE zoned.zone)::date AS day) AS local
        WHERE {which}
          AND bucket_start >= %(start)s::timestamptz
          AND bucket_start < %(end)s::timestamptz + INTERVAL '8 days'
          AND {flags}
    ) AS begun
    CROSS JOIN LATERAL (
        SELECT local_day_start(local_date, zone) AS moment, local_day_start(local_date + 7, zone) AS bucket_end OFFSET 0
    ) AS bounds
    WHERE bounds.moment >= %(start)s::timestamptz AND bounds.moment < %(end)s::timestamptz
) AS week
JOIN datastreams AS datastream ON datastream.datastream_id = week.datastream_id
JOIN observed_properties AS property ON property.code = datastream.observed_property_code
CROSS JOIN LATERAL (
    SELECT sum(observation_count)::int AS observation_count, count(day.mean)::int AS valid_day_count,
           avg(day.mean) AS day_mean,
           ((degrees(atan2(avg(sind(day.mean)) FILTER (WHERE property.is_circular),
                           avg(cosd(day.mean)) FILTER (WHERE property.is_circular)))::numeric
             + 360) %% 360)::float8 AS direction,
           min(minimum) AS minimum, max(maximum) AS maximum,
           first(first_result, bucket_start) FILTER (WHERE first_result IS NOT NULL) AS first_result,
           last(last_result, bucket_start) FILTER (WHERE last_result IS NOT NULL) AS last_result,
           sum(day.total) AS total,
           sum(good_count)::int AS good_count, sum(not_evaluated_count)::int AS not_evaluated_count,
           sum(suspect_count)::int AS suspect_count, sum(bad_count)::int AS bad_count,
           max((extract(epoch FROM computed_at) * 1000000)::bigint) AS version
    FROM (
        SELECT * FROM {table} AS daily
        WHERE daily.datastream_id = week.datastream_id
          AND daily.bucket_start >= week.moment AND daily.bucket_start < week.bucket_end
        OFFSET 0
    ) AS day
) AS days
CROSS JOIN LATERAL (
    SELECT stddev_samp(mean) AS standard_deviation,
           percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY mean) AS quantiles
    FROM (
        SELECT mean FROM observations_hourly AS hourly
        WHERE hourly.datastream_id = week.datastream_id
          AND hourly.bucket_start >= week.moment AND hourly.bucket_start < week.bucket_end
          AND good_count + not_evaluated_count + suspect_count >= coalesce(0.75 * hourly.expected_count, 0)
          AND mean IS NOT NULL AND NOT property.is_circular
        OFFSET 0
    ) AS hour
) AS hours
CROSS JOIN LATERAL (
    SELECT floor(sum(seconds / interval_seconds))::int AS value_count,
           sum(seconds / greatest(86400, interval_seconds)) AS day_count
    FROM datastream_expectations AS expectation
    CROSS JOIN LATERAL (
        SELECT extract(epoch FROM least(until, week.bucket_end) - greatest(since, week.moment)) AS seconds
    ) AS parts
    WHERE expectation.datastream_id = week.datastream_id
      AND expectation.since < week.bucket_end AND expectation.until > week.moment
) AS expected

-- nearest_week --
-- The first week in a window in which one of the datastreams has a day.
SELECT {choose}(first.moment)
FROM unnest(%(datastreams)s::int4[], %(zones)s::text[]) AS wanted (datastream_id, zone)
CROSS JOIN LATERAL (
    SELECT week.moment
    FROM observations_daily AS stored
    CROSS JOIN LATERAL (SELECT (stored.bucket_start AT TIME ZONE wanted.zone)::date AS day) AS local
    CROSS JOIN LATERAL (
        SELECT local_day_start(local.day - extract(dow FROM local.day)::int, wanted.zone) AS moment
    ) AS week
    WHERE stored.datastream_id = wanted.datastream_id
      AND stored.bucket_start >= %(start)s::timestamptz
      AND stored.bucket_start < %(end)s::timestamptz + INTERVAL '8 days'
      AND week.moment >= %(start)s::timestamptz AND week.moment < %(end)s::timestamptz
    ORDER BY stored.bucket_start {direction}
    LIMIT 1
) AS first

-- page_one --
-- A page of one datastream, and behind it a row without a version: when the datastream was observed last, which saves a question.
(SELECT {columns}, row.version
 FROM ({source}) AS row
 ORDER BY row.moment {direction}
 LIMIT %(rows)s)
UNION ALL
SELECT least(greatest(phenomenon_time, '0001-01-02T00:00:00Z'), '9999-12-30T00:00:00Z'), {nothing}
FROM latest WHERE datastream_id = %(datastream)s

-- page_many --
-- A page of several datastreams within a stretch of time that holds few more rows than it needs.
SELECT {columns}, row.version
FROM ({source}) AS row
WHERE {after}
ORDER BY row.moment {direction}, row.datastream_id {direction}
LIMIT %(rows)s

-- versions_one --
-- The versions of a page's rows and the last of them, without the rows.
SELECT count(*), coalesce(max(version), 0), coalesce(sum(version), 0), {farthest}(moment)
FROM (SELECT row.version, row.moment FROM ({source}) AS row ORDER BY row.moment {direction} LIMIT %(rows)s) AS page

-- versions --
-- The versions of all rows of a window.
SELECT count(*), coalesce(max(row.version), 0), coalesce(sum(row.version), 0) FROM ({source}) AS row

-- count --
-- How many rows there are in a window, exactly.
SELECT count(*) FROM ({source}) AS row

-- ledger_version --
-- What changes with every batch: as many rows as there were workers.
SELECT coalesce(sum(batches), 0)::bigint FROM ingest_totals

-- next_moment --
-- The first instant in a window at which one of the datastreams has a row; one index look-up each.
SELECT {choose}(nearest.moment)
FROM (
    {branches}
) AS nearest

-- nearest --
-- For each datastream of a type.
SELECT first.moment
FROM unnest(%({numbers})s::int4[]) AS wanted (datastream_id)
CROSS JOIN LATERAL (
    SELECT {time} AS moment
    FROM {table} AS stored
    WHERE stored.datastream_id = wanted.datastream_id
      AND {time} >= %(start)s::timestamptz
      AND {time} < %(end)s::timestamptz
    ORDER BY {time} {direction}
    LIMIT 1
) AS first

-- newest --
-- The newest observation of these datastreams.
SELECT max(phenomenon_time) FROM latest WHERE datastream_id = ANY(%(datastreams)s)

-- spans --
-- From when to when each datastream has observations that an answer can say, for estimates.
SELECT wanted.datastream_id, wanted.first_moment,
       least(greatest(newest.phenomenon_time, '0001-01-02T00:00:00Z'), '9999-12-30T00:00:00Z')
FROM ({firsts}) AS wanted
JOIN latest AS newest USING (datastream_id)

-- first_of --
-- The first observation of each datastream of a type.
SELECT wanted.datastream_id, first.moment AS first_moment
FROM unnest(%({numbers})s::int4[]) AS wanted (datastream_id)
CROSS JOIN LATERAL (
    SELECT phenomenon_time AS moment
    FROM {table} AS stored
    WHERE stored.datastream_id = wanted.datastream_id
      AND phenomenon_time >= '0001-01-02T00:00:00Z' AND phenomenon_time < '9999-12-30T00:00:00Z'
    ORDER BY phenomenon_time
    LIMIT 1
) AS first

-- copy_one --
-- One datastream, the whole window, in the form that the columns have.
COPY (
    SELECT {columns}
    FROM ({source}) AS row
    CROSS JOIN LATERAL (
        SELECT %(simulated)s::boolean AS simulated, %(longitude)s::float8 AS longitude,
               %(latitude)s::float8 AS latitude, %(thing)s::text AS thing, %(unit)s::text AS unit,
               %(observed_property)s::text AS observed_property, %(sensor)s::text AS sensor,
               %(thing_name_en)s::text AS thing_name_en, %(thing_name_ar)s::text AS thing_name_ar,
               %(observed_property_name_en)s::text AS observed_property_name_en,
               %(observed_property_name_ar)s::text AS observed_property_name_ar
    ) AS named
    ORDER BY row.moment {direction}
    LIMIT %(rows)s
) TO STDOUT ({form})

-- copy_many --
-- A part of several datastreams; those that answer in text name each row's datastream.
COPY (
    SELECT {columns}
    FROM ({source}) AS row
    {names}
    ORDER BY row.moment {direction}, row.datastream_id {direction}
    LIMIT %(rows)s
) TO STDOUT ({form})

-- names --
-- What the rows of several datastreams are called.
JOIN (
    SELECT datastream.datastream_id, thing.code AS thing,
           datastream.observed_property_code AS observed_property, sensor.code AS sensor, datastream.unit,
           source.kind = 'simulated' AS simulated, thing.longitude, thing.latitude,
           thing.name_en AS thing_name_en, thing.name_ar AS thing_name_ar,
           property.name_en AS observed_property_name_en, property.name_ar AS observed_property_name_ar
    FROM datastreams AS datastream
    JOIN things AS thing USING (thing_id)
    JOIN sources AS source USING (source_id)
    LEFT JOIN sensors AS sensor USING (sensor_id)
    JOIN observed_properties AS property ON property.code = datastream.observed_property_code
    WHERE datastream.datastream_id = ANY(%(datastreams)s)
) AS named USING (datastream_id)
