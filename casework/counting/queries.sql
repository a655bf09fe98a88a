-- counts --
-- What is to be counted, how often that failed, and before when nobody tries it again.
SELECT object_id, counts.kind, turn, asked_at, begun_at, coalesce(attempts, 0) AS failed, greatest(counts.due_at, failures.due_at) AS due_at
FROM participation.counts
LEFT JOIN public.failures ON job = 'counting' AND subject = counts.kind || ' ' || object_id

-- wanted --
-- + counts
WHERE object_id = %(object_id)s

-- due --
-- Those that wait longest first.
-- + counts
WHERE greatest(counts.due_at, failures.due_at) <= %(at)s
ORDER BY asked_at, object_id
LIMIT %(rows)s

-- ask --
-- Asked for again while it is being counted, it is counted once more.
INSERT INTO participation.counts (object_id, kind, asked_at, due_at) VALUES (%(object_id)s, %(kind)s, %(at)s, %(at)s)
ON CONFLICT (object_id) DO UPDATE SET turn = counts.turn + 1, asked_at = EXCLUDED.asked_at, due_at = EXCLUDED.due_at, begun_at = NULL

-- begin --
UPDATE participation.counts SET begun_at = %(at)s WHERE object_id = %(object_id)s AND turn = %(turn)s

-- put_off --
UPDATE participation.counts SET due_at = %(at)s, begun_at = NULL WHERE object_id = %(object_id)s AND turn = %(turn)s

-- done --
DELETE FROM participation.counts WHERE object_id = %(object_id)s AND turn = %(turn)s

-- take_alone --
SELECT pg_try_advisory_lock(hashtextextended(%(subject)s, 0))

-- leave --
SELECT pg_advisory_unlock(hashtextextended(%(subject)s, 0))
