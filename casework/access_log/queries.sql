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

-- desk --
-- Who has looked at whose data. Whoever judges a hackathon is not told who is in its teams: some of them may not be there for
-- them.
SELECT reading_id AS entry_id, at, reader, readings.person_id, what, looker.name_ar AS reader_ar,
       looker.name_en AS reader_en, people.name_ar AS person_ar, people.name_en AS person_en
FROM innovation.readings LEFT JOIN innovation.people AS looker ON looker.person_id = reader
LEFT JOIN innovation.people ON people.person_id = readings.person_id
WHERE NOT (what = 'teams.members' AND EXISTS (
      SELECT FROM innovation.judges JOIN innovation.team_members USING (hackathon_id)
      WHERE judges.person_id = %(overseer)s AND judges.state IN ('invited', 'accepted')
        AND team_members.person_id = readings.person_id))

-- about --
-- Of those in the list, where either is called so.
listed.reader IN (SELECT known.person_id FROM innovation.people AS known WHERE known.search_text LIKE %(q)s)
OR listed.person_id IN (SELECT known.person_id FROM innovation.people AS known WHERE known.search_text LIKE %(q)s)
