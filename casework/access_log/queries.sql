-- add --
-- Somebody has looked at the data of these people.
INSERT INTO innovation.readings (at, reader, person_id, what)
SELECT %(at)s, %(reader)s, person_id, %(what)s FROM unnest(%(person_ids)s::uuid[]) AS person_id

-- of_person --
-- Who has looked, the newest first.
SELECT reading_id AS entry_id, at, reader, person_id, what FROM innovation.readings
WHERE person_id = %(person_id)s AND (%(before)s::bigint IS NULL OR reading_id < %(before)s)
ORDER BY reading_id DESC
LIMIT %(rows)s

-- search --
-- Who has looked at whose data, the newest first; those in which either has the words. Whoever judges a hackathon is not
-- told who is in its teams: some of them may not be there for them.
SELECT reading_id AS entry_id, at, reader, person_id, what FROM innovation.readings
WHERE (%(before)s::bigint IS NULL OR reading_id < %(before)s)
  AND (%(without)s::text IS NULL OR what <> %(without)s)
  AND NOT (what = 'teams.members' AND EXISTS (
       SELECT FROM innovation.judges JOIN innovation.team_members USING (hackathon_id)
       WHERE judges.person_id = %(overseer)s AND judges.state IN ('invited', 'accepted')
         AND team_members.person_id = readings.person_id))
  AND (%(pattern)s::text IS NULL
       OR reader IN (SELECT person_id FROM innovation.people WHERE search_text LIKE %(pattern)s)
       OR person_id IN (SELECT person_id FROM innovation.people WHERE search_text LIKE %(pattern)s))
ORDER BY reading_id DESC
LIMIT %(rows)s
