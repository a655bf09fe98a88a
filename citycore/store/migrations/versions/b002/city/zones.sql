-- Days of a datastream are those of where it is: of its place, else of its source, else of the city.

CREATE FUNCTION city_zone() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 'Asia/Muscat' $$;

-- The first instant of a local day: where clocks skip midnight the one after it, where midnight comes twice the first.
CREATE FUNCTION local_day_start(day date, zone text) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT (day::timestamp AT TIME ZONE zone)
         - CASE WHEN ((day::timestamp AT TIME ZONE zone) - INTERVAL '1 hour') AT TIME ZONE zone >= day::timestamp
                THEN INTERVAL '1 hour' ELSE INTERVAL '0' END
$$;

CREATE VIEW datastream_zones AS
SELECT datastreams.datastream_id, coalesce(places.zone, sources.zone, city_zone()) AS zone
FROM datastreams
JOIN things USING (thing_id)
JOIN sources USING (source_id)
LEFT JOIN places ON places.code = things.place_code;

-- What may be expected of a datastream, and from when until when.
CREATE VIEW datastream_expectations AS
SELECT datastream_id, since, lead(since, 1, 'infinity') OVER (PARTITION BY datastream_id ORDER BY since) AS until,
       interval_seconds
FROM datastream_intervals;

-- The days of these datastreams lie elsewhere from now on: what was computed goes, and is noted anew.
CREATE FUNCTION renew_days(datastream_ids integer[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO dirty_days (datastream_id, bucket_start)
    SELECT DISTINCT datastream_id, local_day_start((moment AT TIME ZONE zone)::date, zone)
    FROM observations_daily
    JOIN datastream_zones USING (datastream_id)
    CROSS JOIN LATERAL (
        VALUES (bucket_start), (bucket_start + INTERVAL '12 hours'), (bucket_start + INTERVAL '24 hours')
    ) AS moments (moment)
    WHERE datastream_id = ANY (datastream_ids)
    ON CONFLICT DO NOTHING;
    INSERT INTO dirty_days (datastream_id, bucket_start)
    SELECT DISTINCT datastream_id, local_day_start((moment AT TIME ZONE zone)::date, zone)
    FROM dirty_days
    JOIN datastream_zones USING (datastream_id)
    CROSS JOIN LATERAL (VALUES (bucket_start), (bucket_start + INTERVAL '24 hours')) AS moments (moment)
    WHERE datastream_id = ANY (datastream_ids)
    ON CONFLICT DO NOTHING;
    DELETE FROM dirty_days USING datastream_zones AS own
    WHERE dirty_days.datastream_id = ANY (datastream_ids) AND own.datastream_id = dirty_days.datastream_id
      AND bucket_start <> local_day_start((bucket_start AT TIME ZONE own.zone)::date, own.zone);
    DELETE FROM observations_daily WHERE datastream_id = ANY (datastream_ids);
    DELETE FROM set_aside_buckets WHERE datastream_id = ANY (datastream_ids) AND bucket_seconds = 86400;
$$;

-- The same for the days of a dataset: their files are written anew, with those that the outermost days reach into.
CREATE FUNCTION renew_dataset_days(source integer) RETURNS void LANGUAGE sql AS $$
    INSERT INTO dataset_days AS day (source_id, local_date)
    SELECT DISTINCT source_id, (moment AT TIME ZONE coalesce(sources.zone, city_zone()))::date
    FROM dataset_days
    JOIN sources USING (source_id)
    CROSS JOIN LATERAL (VALUES (first_phenomenon_time), (last_phenomenon_time)) AS moments (moment)
    WHERE source_id = source AND moment IS NOT NULL
    ON CONFLICT DO NOTHING;
    UPDATE dataset_days SET
        change_count = change_count + 1, changed_at = now(),
        due_since = CASE WHEN written_change_count = change_count THEN now() ELSE due_since END
    WHERE source_id = source;
$$;

-- Whoever changes a zone, by whatever way: its days follow in the same transaction. No roll-up computes meanwhile.
CREATE FUNCTION follow_zone() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    concerned integer[];
BEGIN
    IF TG_TABLE_NAME = 'things' THEN
        IF (SELECT zone FROM places WHERE code = OLD.place_code)
           IS NOT DISTINCT FROM (SELECT zone FROM places WHERE code = NEW.place_code) THEN
            RETURN NULL;
        END IF;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('falaj_rollups'));
    IF TG_TABLE_NAME = 'sources' THEN
        SELECT array_agg(datastream_id) INTO concerned
        FROM datastreams JOIN things USING (thing_id) WHERE source_id = NEW.source_id;
        PERFORM renew_dataset_days(NEW.source_id);
    ELSIF TG_TABLE_NAME = 'places' THEN
        SELECT array_agg(datastream_id) INTO concerned
        FROM datastreams JOIN things USING (thing_id) WHERE place_code = NEW.code;
    ELSE
        SELECT array_agg(datastream_id) INTO concerned FROM datastreams WHERE thing_id = NEW.thing_id;
    END IF;
    PERFORM renew_days(concerned);
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_zone AFTER UPDATE OF zone ON sources FOR EACH ROW
    WHEN (coalesce(OLD.zone, '') <> coalesce(NEW.zone, '')) EXECUTE FUNCTION follow_zone();
CREATE TRIGGER follow_zone AFTER UPDATE OF zone ON places FOR EACH ROW
    WHEN (coalesce(OLD.zone, '') <> coalesce(NEW.zone, '')) EXECUTE FUNCTION follow_zone();
CREATE TRIGGER follow_zone AFTER UPDATE OF place_code ON things FOR EACH ROW
    WHEN (coalesce(OLD.place_code, '') <> coalesce(NEW.place_code, '')) EXECUTE FUNCTION follow_zone();

-- Whoever declares another interval: it holds from then on, and the first one from the beginning. What the worker
-- learned stands there already when it makes it the present one.
CREATE FUNCTION follow_interval() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO datastream_intervals (datastream_id, since, interval_seconds)
    SELECT NEW.datastream_id, CASE WHEN TG_OP = 'INSERT' THEN '-infinity' ELSE now() END, NEW.interval_seconds
    WHERE NEW.interval_seconds IS DISTINCT FROM (
        SELECT interval_seconds FROM datastream_intervals
        WHERE datastream_id = NEW.datastream_id ORDER BY since DESC LIMIT 1)
    ON CONFLICT (datastream_id, since) DO UPDATE SET interval_seconds = EXCLUDED.interval_seconds, is_learned = false;
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_interval_of_new AFTER INSERT ON datastreams FOR EACH ROW
    WHEN (NEW.interval_seconds IS NOT NULL) EXECUTE FUNCTION follow_interval();
CREATE TRIGGER follow_interval AFTER UPDATE OF interval_seconds ON datastreams FOR EACH ROW
    WHEN (NEW.interval_seconds IS NOT NULL AND OLD.interval_seconds IS DISTINCT FROM NEW.interval_seconds)
    EXECUTE FUNCTION follow_interval();

REVOKE ALL ON FUNCTION renew_days(integer[]), renew_dataset_days(integer) FROM PUBLIC;
GRANT SELECT ON datastream_zones, datastream_expectations TO falaj_ingest, falaj_read, falaj_worker, falaj_registry;

-- Until now the days of every datastream were the city's.
SELECT renew_days(array_agg(datastream_id)) FROM datastream_zones WHERE zone <> city_zone();
SELECT renew_dataset_days(source_id) FROM sources WHERE zone <> city_zone();
