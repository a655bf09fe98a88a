-- account --
-- The whole ledger: as many rows as there were workers, however many batches they committed.
SELECT coalesce(sum(batches), 0)::bigint, coalesce(sum(received), 0)::bigint,
       coalesce(sum(stored), 0)::bigint, coalesce(sum(duplicate), 0)::bigint,
       coalesce(sum(conflicting), 0)::bigint, coalesce(sum(quarantined), 0)::bigint,
       (array_agg(first_received_at ORDER BY committed_at DESC))[1], max(committed_at)
FROM ingest_totals
