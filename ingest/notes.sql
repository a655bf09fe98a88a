-- credential --
-- The digest of a credential for all of a source.
SELECT credential.secret_digest FROM source_credentials AS credential JOIN sources USING (source_id)
WHERE sources.code = %(source)s AND credential.username = %(username)s AND credential.revoked_at IS NULL
  AND credential.thing_id IS NULL

-- note_unit --
-- In which unit results came from then on. What is known of that instant stays.
INSERT INTO datastream_units (datastream_id, since, sent_unit, factor, shift, convention)
VALUES (%(datastream_id)s, %(since)s, %(sent_unit)s, %(factor)s, %(shift)s, %(convention)s)
ON CONFLICT (datastream_id, since) DO NOTHING

-- remember --
-- What a format keeps between messages. A source that was removed meanwhile remembers nothing.
INSERT INTO decoder_memory (source_id, key, value)
SELECT source_id, %(key)s, %(value)s FROM sources WHERE source_id = %(source_id)s
ON CONFLICT (source_id, key) DO UPDATE SET value = EXCLUDED.value, updated_at = now()

-- forget --
DELETE FROM decoder_memory WHERE source_id = %(source_id)s AND key = %(key)s

-- remembered --
-- What a format kept.
SELECT value FROM decoder_memory WHERE source_id = %(source_id)s AND key = %(key)s

-- remembered_of --
-- What the format of a source kept, by the source's code.
SELECT memory.value
FROM decoder_memory AS memory
JOIN sources USING (source_id)
WHERE sources.code = %(source)s AND memory.key = %(key)s

-- note_connection --
-- What was said last of a thing's connection.
INSERT INTO thing_connections (thing_id, is_connected, since, reason)
SELECT thing_id, %(is_connected)s, %(since)s, %(reason)s FROM things WHERE thing_id = %(thing_id)s
ON CONFLICT (thing_id) DO UPDATE SET
    is_connected = EXCLUDED.is_connected, since = EXCLUDED.since, reason = EXCLUDED.reason
WHERE thing_connections.since <= EXCLUDED.since AND thing_connections.is_connected <> EXCLUDED.is_connected

-- store_service_alerts --
-- What a feed announces, unless a newer one was heard already.
INSERT INTO service_alerts AS known (source_id, topic, alert, active_periods, informed, informed_left_out, cause, effect, severity,
    header, description, url, first_stated_at, stated_at)
SELECT sources.source_id, %(topic)s, new.alert, new.active_periods, new.informed, new.informed_left_out, new.cause, new.effect,
       new.severity, new.header, new.description, new.url, %(stated_at)s, %(stated_at)s
FROM sources
CROSS JOIN jsonb_to_recordset(%(alerts)s) AS new (alert text, active_periods jsonb, informed jsonb, informed_left_out integer,
    cause text, effect text, severity text, header jsonb, description jsonb, url jsonb)
WHERE sources.source_id = %(source_id)s
  AND NOT EXISTS (SELECT FROM service_alerts AS newer
                  WHERE newer.source_id = %(source_id)s AND newer.topic = %(topic)s AND newer.stated_at > %(stated_at)s)
ORDER BY new.alert
ON CONFLICT (source_id, topic, alert) DO UPDATE SET
    active_periods = EXCLUDED.active_periods, informed = EXCLUDED.informed, informed_left_out = EXCLUDED.informed_left_out,
    cause = EXCLUDED.cause, effect = EXCLUDED.effect, severity = EXCLUDED.severity, header = EXCLUDED.header,
    description = EXCLUDED.description, url = EXCLUDED.url, stated_at = EXCLUDED.stated_at, gone_at = NULL
WHERE known.stated_at <= EXCLUDED.stated_at

-- end_service_alerts --
-- What a whole feed says no longer, or one of changes takes back.
UPDATE service_alerts SET stated_at = %(stated_at)s, gone_at = %(stated_at)s
WHERE source_id = %(source_id)s AND topic = %(topic)s AND gone_at IS NULL AND stated_at <= %(stated_at)s
  AND CASE WHEN %(is_whole)s THEN alert <> ALL (%(told)s::text[]) ELSE alert = ANY (%(deleted)s::text[]) END

-- drop_service_alerts --
DELETE FROM service_alerts AS gone
WHERE gone.source_id = %(source_id)s AND gone.topic = %(topic)s AND gone.gone_at IS NOT NULL
  AND (gone.gone_at < %(stated_at)s::timestamptz - make_interval(days => %(gone_days)s)
       OR gone.alert NOT IN (SELECT newest.alert FROM service_alerts AS newest
                             WHERE newest.source_id = %(source_id)s AND newest.topic = %(topic)s AND newest.gone_at IS NOT NULL
                             ORDER BY newest.gone_at DESC, newest.alert LIMIT %(gone_max)s))

-- note_excess --
-- What a source that is not accepted sent beyond its allowance. A source that was removed meanwhile sent nothing.
INSERT INTO source_excesses AS known (source_id, messages, payload_bytes, began_at, newest_at)
SELECT source_id, %(messages)s, %(payload_bytes)s, now(), now() FROM sources WHERE source_id = %(source_id)s
ON CONFLICT (source_id) DO UPDATE SET
    messages = known.messages + EXCLUDED.messages, payload_bytes = known.payload_bytes + EXCLUDED.payload_bytes,
    newest_at = EXCLUDED.newest_at

-- store_flags --
-- Which test flagged which observation. One that replaces another of its time brings its own flags.
INSERT INTO observation_flags (datastream_id, phenomenon_time, test, quality, batch_id)
SELECT new.datastream_id, new.phenomenon_time, new.test, new.quality, %(batch_id)s
FROM unnest(%(datastream_ids)s::int4[], %(times)s::timestamptz[], %(tests)s::text[], %(qualities)s::int2[])
     AS new (datastream_id, phenomenon_time, test, quality)
ON CONFLICT (datastream_id, phenomenon_time, test) DO UPDATE SET
    quality = EXCLUDED.quality, batch_id = EXCLUDED.batch_id

-- recent_results --
-- The newest results of these datastreams that are not bad, in the order of time.
SELECT newest.datastream_id, (extract(epoch FROM newest.phenomenon_time) * 1000000)::bigint, newest.result
FROM unnest(%(datastream_ids)s::int4[]) AS wanted (datastream_id)
CROSS JOIN LATERAL (
    SELECT datastream_id, phenomenon_time, result FROM observations
    WHERE observations.datastream_id = wanted.datastream_id AND quality < 4
    ORDER BY phenomenon_time DESC LIMIT %(rows_max)s
) AS newest
ORDER BY newest.datastream_id, newest.phenomenon_time

-- flag_stored --
-- Stored observations that a later result shows to be suspect or bad; a worse flag stays.
UPDATE observations SET quality = found.quality, batch_id = %(batch_id)s
FROM unnest(%(datastream_ids)s::int4[], %(times)s::timestamptz[], %(qualities)s::int2[])
     AS found (datastream_id, phenomenon_time, quality)
WHERE observations.datastream_id = found.datastream_id AND observations.phenomenon_time = found.phenomenon_time
  AND observations.phenomenon_time BETWEEN %(earliest)s AND %(latest)s AND observations.quality < found.quality

-- withdraw_flags --
-- What a comparison found before a result came between.
DELETE FROM observation_flags AS flag
USING unnest(%(datastream_ids)s::int4[], %(times)s::timestamptz[], %(tests)s::text[])
      AS undue (datastream_id, phenomenon_time, test)
WHERE flag.datastream_id = undue.datastream_id AND flag.phenomenon_time = undue.phenomenon_time
  AND flag.test = undue.test AND flag.phenomenon_time BETWEEN %(earliest)s AND %(latest)s

-- judge_by_flags --
-- The worst of the flags that are left; none is left where bounds were kept, and the result is good, or not evaluated. Where the time itself is doubtful (that of arrival, or one near a
-- change of clocks) the observation stays suspect, of which there is no flag.
UPDATE observations SET quality = judged.quality, batch_id = %(batch_id)s
FROM (
    SELECT DISTINCT changed.datastream_id, changed.phenomenon_time,
           greatest(CASE WHEN lower_bound IS NULL AND upper_bound IS NULL THEN 2 ELSE 1 END,
                    CASE WHEN sources.time_policy = 'receive_time' OR clock.is_near_change THEN 3 END,
                    (SELECT max(flag.quality) FROM observation_flags AS flag
                     WHERE flag.datastream_id = changed.datastream_id
                       AND flag.phenomenon_time = changed.phenomenon_time)) AS quality
    FROM unnest(%(datastream_ids)s::int4[], %(times)s::timestamptz[]) AS changed (datastream_id, phenomenon_time)
    JOIN datastreams USING (datastream_id)
    JOIN observed_properties AS property ON property.code = datastreams.observed_property_code
    JOIN things USING (thing_id)
    JOIN sources USING (source_id)
    CROSS JOIN LATERAL (
        SELECT (changed.phenomenon_time + INTERVAL '1 hour') AT TIME ZONE sources.zone
               - (changed.phenomenon_time - INTERVAL '1 hour') AT TIME ZONE sources.zone <> INTERVAL '2 hours'
               AS is_near_change
    ) AS clock
) AS judged
WHERE observations.datastream_id = judged.datastream_id AND observations.phenomenon_time = judged.phenomenon_time
  AND observations.phenomenon_time BETWEEN %(earliest)s AND %(latest)s AND observations.quality > judged.quality

-- pass_stored --
-- Stored observations that nothing was compared with before, and that pass now.
UPDATE observations SET quality = 1, batch_id = %(batch_id)s
FROM unnest(%(datastream_ids)s::int4[], %(times)s::timestamptz[]) AS passed (datastream_id, phenomenon_time)
WHERE observations.datastream_id = passed.datastream_id AND observations.phenomenon_time = passed.phenomenon_time
  AND observations.phenomenon_time BETWEEN %(earliest)s AND %(latest)s AND observations.quality = 2

-- tell_workers --
-- What formats remember has changed, or a unit: workers that share the work read it anew.
SELECT pg_notify('falaj_ingest', '')
