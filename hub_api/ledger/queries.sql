-- settled_until --
-- The last batch up to which no batch can appear any more, and the last batch of all. A batch gets
-- its number before it commits, so those that committed a moment ago may still be overtaken.
SELECT coalesce(min(batch_id) FILTER (WHERE committed_at >= %(settled_before)s) - 1, max(batch_id)),
       max(batch_id)
FROM ingest_batches
WHERE batch_id > %(after)s

-- sums --
-- The account of the batches in (after, until].
SELECT coalesce(max(batch_id), 0), count(*), coalesce(sum(received), 0)::bigint,
       coalesce(sum(stored), 0)::bigint, coalesce(sum(duplicate), 0)::bigint,
       coalesce(sum(conflicting), 0)::bigint, coalesce(sum(quarantined), 0)::bigint
FROM ingest_batches
WHERE batch_id > %(after)s AND batch_id <= %(until)s

-- newest_batch --
-- The newest batch, when its first message arrived and when it committed.
SELECT batch_id, first_received_at, committed_at
FROM ingest_batches
ORDER BY batch_id DESC
LIMIT 1
