-- source_exists --
-- Whether a source of this code is registered.
SELECT EXISTS (SELECT FROM sources WHERE code = %(code)s)

-- sources_of_things --
-- Which source each of these things belongs to.
SELECT things.code, sources.code
FROM things JOIN sources USING (source_id)
WHERE things.code = ANY(%(things)s)

-- begin_load --
-- Remember the file, unless it is known.
INSERT INTO loads (digest, source_code, worker, file_name)
VALUES (%(digest)s, %(source_code)s, %(worker)s, %(file_name)s)
ON CONFLICT (digest, source_code) DO NOTHING

-- restart_load --
-- From the beginning again. Dead letters stay counted: their limit is the file's, not the run's.
UPDATE loads SET
    lines_done = 0, received = 0, stored = 0, duplicate = 0, conflicting = 0, quarantined = 0, missing = 0,
    outcome_bytes = 0, started_at = now(), completed_at = NULL
WHERE digest = %(digest)s AND source_code = %(source_code)s

-- place_outcomes --
-- How long the outcome file is that this run continues.
UPDATE loads SET outcome_bytes = %(outcome_bytes)s
WHERE digest = %(digest)s AND source_code = %(source_code)s

-- lock_progress --
-- How far the file is loaded; nobody else moves it until this transaction ends.
SELECT lines_done, received, stored, duplicate, conflicting, quarantined, missing, dead_letters,
       outcome_bytes, completed_at IS NOT NULL
FROM loads
WHERE digest = %(digest)s AND source_code = %(source_code)s
FOR UPDATE

-- move_progress --
-- Add what this transaction accounts for.
UPDATE loads SET
    lines_done = %(lines_done)s, received = received + %(received)s, stored = stored + %(stored)s,
    duplicate = duplicate + %(duplicate)s, conflicting = conflicting + %(conflicting)s,
    quarantined = quarantined + %(quarantined)s, missing = missing + %(missing)s, dead_letters = dead_letters + %(dead_letters)s,
    outcome_bytes = %(outcome_bytes)s
WHERE digest = %(digest)s AND source_code = %(source_code)s

-- complete_load --
-- The whole file is accounted for.
UPDATE loads SET completed_at = clock_timestamp()
WHERE digest = %(digest)s AND source_code = %(source_code)s AND completed_at IS NULL
