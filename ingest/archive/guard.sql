-- has_any --
-- Whether the store has let go of anything, and whether anything waits for its return.
SELECT EXISTS (SELECT FROM archive_parts WHERE let_go_at IS NOT NULL), EXISTS (SELECT FROM archive_waiting)

-- gone_part --
-- Of a bucket (datastream, begin) the part that its rows left with.
part.let_go_at IS NOT NULL AND part.source_id = things.source_id
  AND datastreams.datastream_id BETWEEN part.first_datastream_id AND part.last_datastream_id
  AND part.ends_at > bucket_start - make_interval(secs => %(margin)s)
  AND part.starts_at < bucket_start + make_interval(secs => %(seconds)s + %(margin)s)

-- hold_back --
-- Note buckets whose rows have left the store, and that these are wanted.
WITH concerned AS MATERIALIZED (
    SELECT datastreams.datastream_id, bucket_epoch, bucket_start, part.source_id, part.local_date, part.sector
    FROM unnest(%(datastream_ids)s::int4[], %(bucket_epochs)s::int8[]) AS buckets (datastream_id, bucket_epoch)
    JOIN datastreams USING (datastream_id)
    JOIN things USING (thing_id)
    CROSS JOIN LATERAL (SELECT to_timestamp(bucket_epoch) AS bucket_start) AS begins
    JOIN archive_parts AS part ON
        -- + gone_part
),
wanted AS (
    UPDATE archive_parts AS part SET wanted_at = coalesce(wanted_at, now())
    FROM (SELECT DISTINCT source_id, local_date, sector FROM concerned ORDER BY 1, 2, 3) AS lacking
    WHERE part.source_id = lacking.source_id AND part.local_date = lacking.local_date AND part.sector = lacking.sector
      AND part.let_go_at IS NOT NULL
),
noted AS (
    INSERT INTO archive_waiting (bucket_seconds, datastream_id, bucket_start)
    SELECT DISTINCT %(seconds)s, datastream_id, bucket_start FROM concerned ORDER BY 2, 3
    ON CONFLICT DO NOTHING
)
SELECT DISTINCT datastream_id, bucket_epoch FROM concerned

-- take_returned --
-- Buckets all of whose rows are in the store.
DELETE FROM archive_waiting
WHERE (bucket_seconds, datastream_id, bucket_start) IN (
    SELECT waiting.bucket_seconds, waiting.datastream_id, waiting.bucket_start
    FROM archive_waiting AS waiting
    WHERE waiting.bucket_seconds = %(seconds)s
      AND NOT EXISTS (
          SELECT FROM datastreams
          JOIN things USING (thing_id)
          JOIN archive_parts AS part ON
              -- + gone_part
          WHERE datastreams.datastream_id = waiting.datastream_id)
    ORDER BY waiting.noted_at, waiting.datastream_id, waiting.bucket_start
    LIMIT %(buckets_max)s
)
RETURNING datastream_id, extract(epoch FROM bucket_start)::bigint
