-- add --
-- Somebody has looked at the data of these people.
INSERT INTO innovation.readings (at, reader, person_id, what)
SELECT %(at)s, %(reader)s, person_id, %(what)s FROM unnest(%(person_ids)s::uuid[]) AS person_id

-- of_person --
-- Who has looked, the newest first.
SELECT reading_id, at, reader, what FROM innovation.readings
WHERE person_id = %(person_id)s AND (%(before)s::bigint IS NULL OR reading_id < %(before)s)
ORDER BY reading_id DESC
LIMIT %(rows)s
