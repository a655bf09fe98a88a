-- judges --
-- Who judges a hackathon or is asked to, with organisations and address; one person, or all.
SELECT judges.person_id, coalesce(email, ''),
       ARRAY(SELECT organisation_id FROM innovation.memberships
             WHERE memberships.person_id = judges.person_id AND memberships.state = 'member')
FROM innovation.judges JOIN innovation.people USING (person_id)
WHERE hackathon_id = %(hackathon_id)s AND judges.state IN ('invited', 'accepted')
  AND (%(person_id)s::uuid IS NULL OR judges.person_id = %(person_id)s)

-- members --
-- Who belongs to the teams, with organisations and address.
SELECT team_id, team_members.person_id, coalesce(people.email, ''),
       ARRAY(SELECT organisation_id FROM innovation.memberships
             WHERE memberships.person_id = team_members.person_id AND memberships.state = 'member')
FROM innovation.team_members JOIN innovation.people USING (person_id)
WHERE hackathon_id = %(hackathon_id)s AND team_members.state = 'member'

-- teams --
-- The teams with their mentors and who owns their challenge.
SELECT team_id, organisation_id,
       ARRAY(SELECT person_id FROM innovation.team_mentors AS own WHERE own.team_id = teams.team_id)
FROM innovation.teams LEFT JOIN innovation.challenges USING (challenge_id)
WHERE teams.hackathon_id = %(hackathon_id)s

-- declarations --
-- What judges have declared.
SELECT person_id, about FROM innovation.declarations JOIN innovation.judges USING (judge_id)
WHERE judges.hackathon_id = %(hackathon_id)s AND person_id = ANY (%(people)s::uuid[])

-- groups --
-- All teams ever of these people, and who was in them from when to when; a hackathon ends with its results.
SELECT member.person_id, member.team_id, (member.joined_at AT TIME ZONE 'Asia/Muscat')::date,
       (coalesce(member.ended_at, CASE WHEN hackathons.state IN ('results_final', 'archived', 'cancelled')
                                       THEN hackathons.state_changed_at END) AT TIME ZONE 'Asia/Muscat')::date
FROM innovation.team_members AS member JOIN innovation.hackathons USING (hackathon_id)
WHERE member.joined_at IS NOT NULL AND member.person_id IS NOT NULL
  AND member.team_id IN (SELECT team_id FROM innovation.team_members AS own
                         WHERE own.person_id = ANY (%(people)s::uuid[]) AND own.joined_at IS NOT NULL)

-- own_teams --
-- Where a person belongs.
SELECT team_id FROM innovation.team_members
WHERE hackathon_id = %(hackathon_id)s AND person_id = %(person_id)s AND state = 'member' AND ended_at IS NULL

-- today --
-- The day of the city.
SELECT (now() AT TIME ZONE 'Asia/Muscat')::date
