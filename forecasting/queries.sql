-- due_series --
-- Whose forecast is to be issued now: never forecast first (recordings before the rest), then the oldest.
-- A datastream is due when it has a complete hour that its last forecast has not seen, and when
--   the interval is over, or more hours have come in than have passed (a replay, a backfill); and
--   it has caught up with the clock, or nothing more comes in and all of it is rolled up;
-- and when its forecast is provisional and the whole study is there, or when the calendar of its days was changed since.
-- The last two conditions are rules.is_enough in SQL: what is listed here can be forecast, unless it failed
-- and is not to be tried again yet. What lies before the first year of forecasts is no recording.
WITH forecastable AS MATERIALIZED (
    -- + forecastable
)
SELECT forecastable.datastream_id, forecastable.family, forecastable.is_recorded, forecastable.origin, studies.panel
FROM forecastable
LEFT JOIN forecast_studies AS studies
    ON studies.datastream_id = forecastable.datastream_id AND studies.code_version = %(code_version)s
LEFT JOIN LATERAL (
    SELECT forecasts.origin, forecasts.issued_at, forecasts.is_provisional, forecasts.horizon_hours, forecastable.zone
    FROM forecasts
    WHERE forecasts.datastream_id = forecastable.datastream_id
    ORDER BY forecasts.issued_at DESC LIMIT 1
) AS last ON true
LEFT JOIN latest ON latest.datastream_id = forecastable.datastream_id
LEFT JOIN ingest_batches ON ingest_batches.batch_id = latest.batch_id
WHERE NOT EXISTS (
          SELECT FROM failures
          WHERE job = %(job)s AND subject = forecastable.datastream_id::text AND due_at > %(now)s)
  AND (last.origin IS NULL
       OR (last.is_provisional AND NOT studies.is_quick)
       OR
          -- + has_other_days
       OR (forecastable.origin > last.origin
           AND (last.issued_at <= %(now)s - %(interval)s
                OR forecastable.origin - last.origin > %(now)s - last.issued_at + INTERVAL '1 hour')))
  AND (forecastable.origin >= %(last_hour)s
       OR (COALESCE(ingest_batches.committed_at <= %(now)s - %(settle)s, true)
           AND NOT EXISTS (
               SELECT FROM dirty_buckets
               WHERE forecastable.datastream_id = ANY (dirty_buckets.datastream_ids))))
  -- + enough_hours
ORDER BY last.issued_at NULLS FIRST, forecastable.is_recorded DESC, forecastable.datastream_id
LIMIT %(series_max)s

-- has_other_days --
-- Whether the calendar of the country was changed since, about the days of a forecast; give or take one, so that no zone matters.
EXISTS (SELECT FROM unnest(%(zones)s::text[], %(countries)s::text[]) AS place (zone, country)
        WHERE place.zone IS NOT DISTINCT FROM last.zone
          AND calendar_changed_at(place.country, last.origin::date - 1,
                                  (last.origin + last.horizon_hours * INTERVAL '1 hour')::date + 1) > last.issued_at)

-- zones --
-- The zones of sources.
SELECT DISTINCT zone FROM sources

-- forecastable --
-- Datastreams of which forecasts are made and their newest complete hour; what is learned together is of one family.
SELECT datastreams.datastream_id, sources.zone, sources.kind = 'recorded' AS is_recorded,
           properties.code || '/' || CASE sources.kind WHEN 'recorded' THEN sources.code ELSE sources.kind END AS family,
           newest.bucket_start + INTERVAL '1 hour' AS origin
    FROM datastreams
    JOIN observed_properties AS properties ON properties.code = datastreams.observed_property_code
    JOIN things ON things.thing_id = datastreams.thing_id
    JOIN sources ON sources.source_id = things.source_id
    CROSS JOIN LATERAL (
        SELECT hourly.bucket_start
        FROM observations_hourly AS hourly
        WHERE hourly.datastream_id = datastreams.datastream_id
          AND hourly.mean IS NOT NULL AND hourly.bucket_start <= %(last_hour)s
          AND hourly.bucket_start >= %(earliest)s
        ORDER BY hourly.bucket_start DESC LIMIT 1
    ) AS newest
    WHERE properties.is_forecast AND NOT properties.is_circular
      AND datastreams.result_type = 'measurement'

-- enough_hours --
-- No more rows are counted than it takes to know.
AND (SELECT count(*) FROM (
         SELECT FROM observations_hourly AS hourly
         WHERE hourly.datastream_id = forecastable.datastream_id AND hourly.mean IS NOT NULL
           AND hourly.bucket_start >= forecastable.origin - %(judged)s
           AND hourly.bucket_start < forecastable.origin
         LIMIT %(scored_hours_min)s) AS scored) >= %(scored_hours_min)s
  AND (SELECT count(*) FROM (
         SELECT FROM observations_hourly AS hourly
         WHERE hourly.datastream_id = forecastable.datastream_id AND hourly.mean IS NOT NULL
           AND hourly.bucket_start >= forecastable.origin - %(training)s
           AND hourly.bucket_start < forecastable.origin - %(judged)s
         LIMIT %(naive_hours_min)s) AS earlier) >= %(naive_hours_min)s

-- series_to_study --
-- Every datastream that can be forecast, with what is known of its study; not those that failed and wait. A study learned of
-- what no longer counts where a series of its panel cannot be seen any more: its source was taken out.
WITH forecastable AS MATERIALIZED (
    -- + forecastable
)
SELECT forecastable.datastream_id, forecastable.family, forecastable.is_recorded, forecastable.origin,
       whole.studied_at, whole.until, EXISTS (
           SELECT FROM forecast_studies AS other
           WHERE other.panel = whole.panel
             AND NOT EXISTS (SELECT FROM datastreams AS seen WHERE seen.datastream_id = other.datastream_id)
       ) AS has_gone
FROM forecastable
LEFT JOIN forecast_studies AS whole
    ON whole.datastream_id = forecastable.datastream_id AND NOT whole.is_quick
   AND whole.code_version = %(code_version)s
WHERE NOT EXISTS (
          SELECT FROM failures
          WHERE job = %(job)s AND subject = forecastable.datastream_id::text AND due_at > %(now)s)
  -- + enough_hours

-- wanted --
-- Datastreams by their numbers, as if they were due.
WITH forecastable AS (
    -- + forecastable
)
SELECT forecastable.datastream_id, forecastable.family, forecastable.is_recorded, forecastable.origin, studies.panel
FROM forecastable
LEFT JOIN forecast_studies AS studies
    ON studies.datastream_id = forecastable.datastream_id AND studies.code_version = %(code_version)s
WHERE forecastable.datastream_id = ANY (%(datastreams)s)

-- members --
-- What was studied together and can be asked now.
SELECT datastream_id FROM forecast_studies
WHERE panel = %(panel)s AND code_version = %(code_version)s
  AND NOT EXISTS (
      SELECT FROM failures
      WHERE job = %(job)s AND subject = forecast_studies.datastream_id::text AND due_at > %(now)s)
ORDER BY datastream_id

-- studies --
SELECT datastream_id, study FROM forecast_studies WHERE datastream_id = ANY (%(datastreams)s)

-- models --
SELECT model, content FROM forecast_models WHERE panel = %(panel)s AND code_version = %(code_version)s

-- series --
-- What is known of datastreams beside their values: property, zone, unit, and the physical bounds in the unit of the property.
SELECT datastreams.datastream_id, datastreams.observed_property_code AS observed_property, sources.zone,
       datastreams.unit, properties.unit AS own_unit, properties.lower_bound, properties.upper_bound
FROM datastreams
JOIN observed_properties AS properties ON properties.code = datastreams.observed_property_code
JOIN things ON things.thing_id = datastreams.thing_id
JOIN sources ON sources.source_id = things.source_id
WHERE datastreams.datastream_id = ANY (%(datastreams)s)
ORDER BY datastreams.datastream_id

-- beside --
-- Of datastreams those of other properties at the same thing, or else at the same place: one of each property.
SELECT DISTINCT ON (own.datastream_id, other.observed_property_code)
       own.datastream_id, other.observed_property_code AS observed_property, other.datastream_id AS other_id
FROM datastreams AS own
JOIN things AS own_thing ON own_thing.thing_id = own.thing_id
JOIN sources AS own_source ON own_source.source_id = own_thing.source_id
JOIN things AS thing ON thing.thing_id = own.thing_id OR thing.place_code = own_thing.place_code
JOIN sources AS source ON source.source_id = thing.source_id AND source.kind = own_source.kind
JOIN datastreams AS other ON other.thing_id = thing.thing_id
WHERE own.datastream_id = ANY (%(datastreams)s) AND other.observed_property_code = ANY (%(properties)s)
  AND other.observed_property_code <> own.observed_property_code AND other.result_type = 'measurement'
ORDER BY own.datastream_id, other.observed_property_code, thing.thing_id <> own.thing_id, other.datastream_id

-- hourly_means --
-- The hourly means of datastreams in the weeks before the end of their last complete hour: a row a datastream, with the
-- hours since 1970 and the means as columns of bytes.
SELECT wanted.datastream_id, series.hours, series.means
FROM unnest(%(datastreams)s::int[]) AS wanted (datastream_id)
CROSS JOIN LATERAL (
    SELECT newest.bucket_start
    FROM observations_hourly AS newest
    WHERE newest.datastream_id = wanted.datastream_id AND newest.mean IS NOT NULL
      AND newest.bucket_start <= %(last_hour)s AND newest.bucket_start >= %(earliest)s
    ORDER BY newest.bucket_start DESC LIMIT 1
) AS newest
CROSS JOIN LATERAL (
    SELECT string_agg(int4send((extract(epoch FROM bucket_start) / 3600)::int4), ''::bytea ORDER BY bucket_start) AS hours,
           string_agg(float8send(mean), ''::bytea ORDER BY bucket_start) AS means
    FROM observations_hourly AS hourly
    WHERE hourly.datastream_id = wanted.datastream_id AND hourly.mean IS NOT NULL
      AND hourly.bucket_start <= newest.bucket_start AND hourly.bucket_start >= %(earliest)s
      AND hourly.bucket_start >= newest.bucket_start + INTERVAL '1 hour' - %(training)s
) AS series

-- last_issues --
-- Where the newest forecasts of datastreams start, whether they wait for a whole study, and whether their days are of another kind
-- than was known.
SELECT last.datastream_id, last.origin, last.is_provisional,
       -- + has_other_days
       AS has_other_days
FROM (
    SELECT DISTINCT ON (forecasts.datastream_id) forecasts.*, sources.zone
    FROM forecasts
    JOIN datastreams USING (datastream_id)
    JOIN things USING (thing_id)
    JOIN sources USING (source_id)
    WHERE forecasts.datastream_id = ANY (%(datastreams)s)
    ORDER BY forecasts.datastream_id, forecasts.issued_at DESC
) AS last

-- lock_panel --
-- Nobody else works on what is learned together, until it is let go.
SELECT pg_try_advisory_lock(hashtext('falaj_forecast'), hashtext(%(panel)s))

-- unlock_panel --
SELECT pg_advisory_unlock(hashtext('falaj_forecast'), hashtext(%(panel)s))

-- store_study --
INSERT INTO forecast_studies (datastream_id, panel, studied_at, until, code_version, is_quick, study)
VALUES (%(datastream_id)s, %(panel)s, %(studied_at)s, %(until)s, %(code_version)s, %(is_quick)s, %(study)s)
ON CONFLICT (datastream_id) DO UPDATE SET
    panel = EXCLUDED.panel, studied_at = EXCLUDED.studied_at, until = EXCLUDED.until,
    code_version = EXCLUDED.code_version, is_quick = EXCLUDED.is_quick, study = EXCLUDED.study

-- delete_gone_studies --
-- Of a panel those of series that cannot be seen any more, since what is left was studied without them.
DELETE FROM forecast_studies
WHERE panel = %(panel)s
  AND NOT EXISTS (SELECT FROM datastreams AS seen WHERE seen.datastream_id = forecast_studies.datastream_id)

-- delete_models --
-- What was fitted before for a panel.
DELETE FROM forecast_models WHERE panel = %(panel)s

-- store_model --
INSERT INTO forecast_models (panel, model, fitted_at, code_version, data_digest, content)
VALUES (%(panel)s, %(model)s, %(fitted_at)s, %(code_version)s, %(data_digest)s, %(content)s)

-- delete_unused_models --
-- No study names their panel any more.
DELETE FROM forecast_models
WHERE NOT EXISTS (SELECT FROM forecast_studies WHERE forecast_studies.panel = forecast_models.panel)

-- store_forecast --
-- A forecast without its values; gives its id.
INSERT INTO forecasts
    (datastream_id, issued_at, origin, horizon_hours, model, baseline, mae, baseline_mae, skill,
     backtest_origins, coverage_50, coverage_80, coverage_95, training_start, training_hours,
     data_digest, fallback_reason, candidates, is_provisional, choice, levels, blocks)
VALUES
    (%(datastream_id)s, %(issued_at)s, %(origin)s, %(horizon_hours)s, %(model)s, %(baseline)s,
     %(mae)s, %(baseline_mae)s, %(skill)s, %(backtest_origins)s, %(coverage_50)s, %(coverage_80)s,
     %(coverage_95)s, %(training_start)s, %(training_hours)s, %(data_digest)s, %(fallback_reason)s,
     %(candidates)s, %(is_provisional)s, %(choice)s, %(levels)s, %(blocks)s)
RETURNING forecast_id

-- copy_values --
COPY forecast_values
    (forecast_id, phenomenon_time, median, lower_50, upper_50, lower_80, upper_80, lower_95, upper_95)
FROM STDIN (FORMAT BINARY)

-- delete_old_forecasts --
-- Keep the newest issues of datastreams, and of some more days the first of each, which is judged by what came true;
-- the values of others go with them.
DELETE FROM forecasts
USING (
    SELECT forecast_id, origin, max(origin) OVER (PARTITION BY datastream_id) AS newest,
           row_number() OVER (PARTITION BY datastream_id ORDER BY issued_at DESC) AS place,
           row_number() OVER (
               PARTITION BY datastream_id, (origin AT TIME ZONE 'Asia/Muscat')::date ORDER BY issued_at) AS of_day
    FROM forecasts WHERE datastream_id = ANY (%(datastreams)s)
) AS known
WHERE known.forecast_id = forecasts.forecast_id AND known.place > %(issues_max)s
  AND (known.of_day > 1 OR known.origin <= known.newest - %(judged_for)s)

-- store_outcomes --
-- What came true of the first issue of each day, block by block, as soon as the block is over; late values count while
-- the issue is kept. The yardstick is the same hour last week, or of the week before where that hour is missing.
INSERT INTO forecast_outcomes
    (datastream_id, day, first_hour, last_hour, model, hours, error_sum, baseline_hours, compared_sum, baseline_sum,
     inside_50, inside_80, inside_95)
SELECT issue.datastream_id, issue.day, block.first_hour, block.last_hour, issue.model,
       count(*), sum(abs(value.median - hourly.mean)),
       count(before.mean), coalesce(sum(abs(value.median - hourly.mean)) FILTER (WHERE before.mean IS NOT NULL), 0),
       coalesce(sum(abs(before.mean - hourly.mean)), 0),
       count(*) FILTER (WHERE hourly.mean BETWEEN value.lower_50 AND value.upper_50),
       count(*) FILTER (WHERE hourly.mean BETWEEN value.lower_80 AND value.upper_80),
       count(*) FILTER (WHERE hourly.mean BETWEEN value.lower_95 AND value.upper_95)
FROM (
    SELECT DISTINCT ON (datastream_id, (origin AT TIME ZONE 'Asia/Muscat')::date)
           forecast_id, datastream_id, origin, model, (origin AT TIME ZONE 'Asia/Muscat')::date AS day
    FROM forecasts WHERE origin > %(last_hour)s - %(judged_for)s
    ORDER BY datastream_id, (origin AT TIME ZONE 'Asia/Muscat')::date, issued_at
) AS issue
JOIN unnest(%(first_hours)s::int[], %(last_hours)s::int[]) AS block (first_hour, last_hour)
    ON issue.origin + block.last_hour * INTERVAL '1 hour' <= %(last_hour)s + INTERVAL '1 hour'
JOIN forecast_values AS value
    ON value.forecast_id = issue.forecast_id
   AND value.phenomenon_time >= issue.origin + (block.first_hour - 1) * INTERVAL '1 hour'
   AND value.phenomenon_time < issue.origin + block.last_hour * INTERVAL '1 hour'
JOIN observations_hourly AS hourly
    ON hourly.datastream_id = issue.datastream_id AND hourly.bucket_start = value.phenomenon_time
   AND abs(hourly.mean) <= %(value_max)s
LEFT JOIN LATERAL (
    SELECT mean FROM observations_hourly AS earlier
    WHERE earlier.datastream_id = issue.datastream_id
      AND earlier.bucket_start IN (value.phenomenon_time - INTERVAL '7 days', value.phenomenon_time - INTERVAL '14 days')
      AND abs(earlier.mean) <= %(value_max)s
    ORDER BY earlier.bucket_start DESC LIMIT 1
) AS before ON true
GROUP BY issue.datastream_id, issue.day, block.first_hour, block.last_hour, issue.model
ON CONFLICT (datastream_id, day, first_hour) DO UPDATE SET
    last_hour = EXCLUDED.last_hour, model = EXCLUDED.model, hours = EXCLUDED.hours, error_sum = EXCLUDED.error_sum,
    baseline_hours = EXCLUDED.baseline_hours, compared_sum = EXCLUDED.compared_sum,
    baseline_sum = EXCLUDED.baseline_sum,
    inside_50 = EXCLUDED.inside_50, inside_80 = EXCLUDED.inside_80, inside_95 = EXCLUDED.inside_95
WHERE (forecast_outcomes.hours, forecast_outcomes.error_sum, forecast_outcomes.baseline_sum)
      IS DISTINCT FROM (EXCLUDED.hours, EXCLUDED.error_sum, EXCLUDED.baseline_sum)

-- delete_old_outcomes --
DELETE FROM forecast_outcomes WHERE day < (%(now)s::timestamptz AT TIME ZONE 'Asia/Muscat')::date - %(days_max)s::int

-- of_property --
-- Datastreams of a property of which forecasts are made.
SELECT datastream_id FROM datastreams WHERE observed_property_code = %(observed_property)s AND result_type = 'measurement'
ORDER BY datastream_id

-- told --
-- The newest forecast of a datastream, as far as words are made of it.
SELECT model, baseline, skill, backtest_origins, fallback_reason, is_provisional, choice, levels, origin, mae, baseline_mae,
       things.code AS thing, datastreams.unit
FROM forecasts
JOIN datastreams USING (datastream_id)
JOIN things USING (thing_id)
WHERE datastream_id = %(datastream_id)s
ORDER BY issued_at DESC LIMIT 1

-- outcome --
-- What came true of a datastream's forecasts over all blocks: only days of which every block is over count.
SELECT min(day) AS since, count(DISTINCT day)::integer AS days, sum(hours)::bigint AS hours, sum(compared_sum) AS compared,
       sum(baseline_sum) AS baseline, sum(inside_50)::bigint AS inside_50, sum(inside_80)::bigint AS inside_80,
       sum(inside_95)::bigint AS inside_95
FROM forecast_outcomes
WHERE datastream_id = %(datastream_id)s
