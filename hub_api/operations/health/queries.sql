-- dead_letter_counts --
-- Dead letters as the last housekeeping counted them.
SELECT reason, status, letter_count, payload_bytes, counted_at FROM dead_letter_counts

-- set_aside_counts --
-- Buckets whose roll-up cannot be computed, by their width in seconds.
SELECT bucket_seconds, count(*) FROM set_aside_buckets GROUP BY bucket_seconds ORDER BY bucket_seconds

-- dead_letter_removals --
-- Dead letters that were removed to keep within the bounds.
SELECT reason, status, removed_count FROM dead_letter_removals
