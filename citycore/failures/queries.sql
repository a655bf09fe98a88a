-- failures_of --
-- What a job could not do, and what it has begun.
SELECT job, subject, reason, attempts, first_at, last_at, due_at, is_begun FROM public.failures
WHERE job = %(job)s

-- listed --
-- What failed and waits for its next attempt: whole jobs first, then what failed last.
SELECT job, subject, reason, attempts, first_at, last_at, due_at, is_begun FROM public.failures
WHERE attempts > 0 AND (%(job)s::text IS NULL OR job = %(job)s)
ORDER BY subject <> '', last_at DESC, job, subject
LIMIT %(rows)s

-- count --
-- How many there are.
SELECT count(*) FROM public.failures WHERE attempts > 0 AND (%(job)s::text IS NULL OR job = %(job)s)

-- begin --
-- An attempt begins that may end without a word: nobody else tries before it is due again.
INSERT INTO public.failures (job, subject, reason, attempts, first_at, last_at, due_at, is_begun)
VALUES (%(job)s, %(subject)s, %(reason)s, %(attempts)s, %(at)s, %(at)s, %(due_at)s, true)
ON CONFLICT (job, subject) DO UPDATE SET
    attempts = EXCLUDED.attempts, due_at = EXCLUDED.due_at, is_begun = true,
    reason = CASE WHEN failures.is_begun THEN EXCLUDED.reason ELSE failures.reason END,
    last_at = CASE WHEN failures.is_begun THEN EXCLUDED.last_at ELSE failures.last_at END

-- note --
-- An attempt failed.
INSERT INTO public.failures (job, subject, reason, attempts, first_at, last_at, due_at, is_begun)
VALUES (%(job)s, %(subject)s, %(reason)s, %(attempts)s, %(at)s, %(at)s, %(due_at)s, false)
ON CONFLICT (job, subject) DO UPDATE SET
    reason = EXCLUDED.reason, attempts = EXCLUDED.attempts, last_at = EXCLUDED.last_at,
    due_at = EXCLUDED.due_at, is_begun = false

-- forget --
-- It was done.
DELETE FROM public.failures WHERE job = %(job)s AND subject = %(subject)s

-- retry --
-- Everything, or what one job could not do, may be tried at once.
UPDATE public.failures SET due_at = %(at)s
WHERE attempts > 0 AND due_at > %(at)s AND (%(job)s::text IS NULL OR job = %(job)s)

-- forget_old --
-- What was due long ago and was not tried again is no more.
DELETE FROM public.failures WHERE due_at < %(before)s
