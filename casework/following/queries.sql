-- hold_reader --
-- Somebody who keeps searches, made on the first, ours until the transaction ends.
INSERT INTO innovation.search_readers (person_id, stop_token, due_at) VALUES (%(person_id)s, %(stop_token)s, %(at)s)
ON CONFLICT (person_id) DO UPDATE SET person_id = EXCLUDED.person_id

-- reader --
-- Whether somebody gets mail.
SELECT person_id, stop_token, stopped_at FROM innovation.search_readers WHERE person_id = %(person_id)s

-- reader_of_token --
-- Whose mail a link ends.
SELECT person_id, stop_token, stopped_at FROM innovation.search_readers WHERE stop_token = %(stop_token)s

-- set_stopped --
-- No more mail, or mail again.
UPDATE innovation.search_readers SET stopped_at = %(stopped_at)s WHERE person_id = %(person_id)s

-- count --
-- How many somebody keeps.
SELECT count(*) FROM innovation.kept_searches WHERE person_id = %(person_id)s

-- store --
-- One more, unless it is kept already.
INSERT INTO innovation.kept_searches
    (search_id, person_id, kind, name, words, filters, created_at, seen_until)
VALUES (%(search_id)s, %(person_id)s, %(kind)s, %(name)s, %(wanted_words)s, %(wanted_filters)s,
        %(created_at)s, %(created_at)s)
ON CONFLICT (person_id, kind, words, filters) DO NOTHING

-- searches --
-- All that somebody keeps, the oldest first.
SELECT search_id, person_id, kind, name, words, filters, created_at, seen_until
FROM innovation.kept_searches WHERE person_id = %(person_id)s
ORDER BY created_at, search_id

-- remove --
-- One of somebody's own.
DELETE FROM innovation.kept_searches WHERE search_id = %(search_id)s AND person_id = %(person_id)s

-- next_reader --
-- Who is to hear of news next, if somebody keeps searches and has not stopped the mail: locked.
SELECT person_id, stop_token, stopped_at FROM innovation.search_readers
WHERE stopped_at IS NULL AND due_at <= %(at)s
  AND EXISTS (SELECT FROM innovation.kept_searches WHERE kept_searches.person_id = search_readers.person_id)
  AND NOT EXISTS (
      SELECT FROM public.failures
      WHERE job = %(job)s AND subject = 'reader ' || person_id AND failures.due_at > %(at)s)
ORDER BY due_at, person_id
LIMIT 1
FOR UPDATE SKIP LOCKED

-- recipient --
-- Where to write to, if anywhere.
SELECT person_id, email, language, name_ar, name_en FROM innovation.people
WHERE person_id = %(person_id)s AND state = 'active' AND email_verified_at IS NOT NULL

-- set_seen --
-- What was public by then is no news any more.
UPDATE innovation.kept_searches SET seen_until = %(until)s WHERE search_id = ANY (%(searches)s::uuid[])

-- set_due --
-- When to look for somebody next.
UPDATE innovation.search_readers SET due_at = %(due_at)s WHERE person_id = %(person_id)s

-- export --
-- All that is kept of a person.
SELECT kind, name, words, filters, created_at FROM innovation.kept_searches
WHERE person_id = %(person_id)s ORDER BY created_at, search_id

-- erase_searches --
-- They go with the person.
DELETE FROM innovation.kept_searches WHERE person_id = %(person_id)s

-- erase_reader --
-- Likewise.
DELETE FROM innovation.search_readers WHERE person_id = %(person_id)s
