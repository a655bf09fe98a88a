-- What a dataset says about itself. The URL and the names of a licence that the hub knows
-- (citycore/licences.toml) need not be given.
ALTER TABLE sources
    ADD COLUMN description_en   text,
    ADD COLUMN description_ar   text,
    ADD COLUMN provider_en      text,
    ADD COLUMN provider_ar      text,
    ADD COLUMN homepage         text,
    ADD COLUMN licence_url      text,
    ADD COLUMN licence_name_en  text,
    ADD COLUMN licence_name_ar  text;

-- The local days of the city for which a source has observations, and the bulk file of each. The
-- roll-up of a batch counts a change of its days; a file is due while it holds fewer changes.
CREATE TABLE dataset_days (
    source_id              integer NOT NULL REFERENCES sources (source_id),
    local_date             date NOT NULL,
    change_count           bigint NOT NULL DEFAULT 1,
    changed_at             timestamptz NOT NULL DEFAULT now(),
    -- When the first change came that the file does not hold.
    due_since              timestamptz NOT NULL DEFAULT now(),
    -- Of the file; all NULL until there is one.
    written_change_count   bigint,
    row_count              bigint,
    byte_count             bigint,
    sha256                 bytea CHECK (octet_length(sha256) = 32),
    first_phenomenon_time  timestamptz,
    last_phenomenon_time   timestamptz,
    generated_at           timestamptz,
    PRIMARY KEY (source_id, local_date)
) WITH (fillfactor = 50);

GRANT SELECT ON dataset_days TO falaj_worker, falaj_read;
GRANT INSERT, UPDATE ON dataset_days TO falaj_worker;

-- Days of what is stored already. What is not rolled up yet is noted when it is.
INSERT INTO dataset_days (source_id, local_date)
SELECT DISTINCT things.source_id, (stored.moment AT TIME ZONE 'Asia/Muscat')::date
FROM (
    SELECT datastream_id, bucket_start AS moment FROM observations_hourly
    UNION
    SELECT datastream_id, date_trunc('hour', phenomenon_time) FROM observations_category
    UNION
    SELECT datastream_id, date_trunc('hour', phenomenon_time) FROM observations_position
) AS stored
JOIN datastreams USING (datastream_id)
JOIN things USING (thing_id);
