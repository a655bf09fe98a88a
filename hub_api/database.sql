-- ping --
-- Whether the schema is there.
SELECT to_regclass('public.observations') IS NOT NULL AND to_regclass('public.latest') IS NOT NULL

-- limit_time --
-- An export may take longer than a question, since its reader sets the pace; an exact count shorter.
SELECT set_config('statement_timeout', %(milliseconds)s, true)

-- newest_phenomenon_time --
-- The newest observation of the whole hub.
SELECT max(phenomenon_time) FROM latest

-- letter_counts --
-- Dead letters as the last housekeeping counted them.
SELECT reason, status, letter_count, payload_bytes, counted_at FROM dead_letter_counts

-- letter_removals --
-- Dead letters that were removed to keep within the bounds.
SELECT reason, status, removed_count FROM dead_letter_removals
