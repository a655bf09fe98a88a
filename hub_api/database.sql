-- ping --
-- Whether the schema is there.
SELECT to_regclass('public.observations') IS NOT NULL AND to_regclass('public.latest') IS NOT NULL

-- begin_export --
-- An export may take longer than a question, since its reader sets the pace.
SELECT set_config('statement_timeout', %(milliseconds)s, true),
       set_config('transaction_read_only', 'on', true)

-- newest_phenomenon_time --
-- The newest observation of the whole hub.
SELECT max(phenomenon_time) FROM latest
