-- ping --
-- Whether the schema is there.
SELECT to_regclass('public.observations') IS NOT NULL AND to_regclass('public.latest') IS NOT NULL

-- listen --
-- Ingest announces every batch when it commits.
LISTEN falaj_batches

-- limit_time --
-- An exact count may take less time than a question.
SELECT set_config('statement_timeout', %(milliseconds)s, true)

-- prepare_export --
-- An export has its own limit of time, sorts its parts in memory, and leaves the other cores to others:
-- starting workers for each part would take longer than they save.
SELECT set_config('statement_timeout', %(milliseconds)s, true),
       set_config('work_mem', %(work_memory)s, true),
       set_config('max_parallel_workers_per_gather', '0', true)

-- has_gone --
-- Whether the store has let go of any observation.
SELECT EXISTS (SELECT FROM archive_parts WHERE let_go_at IS NOT NULL)

-- registry_version --
-- What changes with any row of the registry.
SELECT coalesce(sum(changes), 0)::bigint FROM registry_changes

-- newest_phenomenon_time --
-- The newest observation of the whole hub, of what a reader sees.
SELECT max(least(greatest(phenomenon_time, '0001-01-02T00:00:00Z'), '9999-12-30T00:00:00Z')) FROM latest
WHERE NOT EXISTS (SELECT FROM hidden_datastreams AS hidden WHERE hidden.datastream_id = latest.datastream_id)
