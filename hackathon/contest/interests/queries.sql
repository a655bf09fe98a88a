-- judges --
-- Who judges a hackathon or is asked to, with organisations and address; one person, or all.
SELECT judges.person_id, coalesce(email, ''),
       ARRAY(SELECT organisation_id FROM innovation.memberships
             WHERE memberships.person_id = judges.person_id AND memberships.state = 'member')
FROM innovation.judges JOIN innovation.people USING (person_id)
WHERE hackathon_id = %(hackathon_id)s AND judges.state IN ('invited', 'accepted')
  AND (%(person_id)s::uuid IS NULL OR judges.person_id = %(person_id)s)

-- suspects --
-- Pairs of a judge and a team that could be in conflict: all that are, and some that are not, which the rules then tell
-- apart. Each of people has its domain as name servers write it, or NULL where it says nothing. Letters that could become
-- others on the way to a name server are left to the rules, beside plain ones and the Arabic ones, which stay.
WITH judge AS (
    SELECT * FROM unnest(%(people)s::uuid[], %(domains)s::text[]) AS judge (person_id, domain)
), declared AS (
    SELECT person_id, about FROM innovation.declarations JOIN innovation.judges USING (judge_id)
    WHERE judges.hackathon_id = %(hackathon_id)s AND person_id = ANY (%(people)s::uuid[])
), belonging AS (
    SELECT person_id, organisation_id FROM innovation.memberships
    WHERE person_id = ANY (%(people)s::uuid[]) AND state = 'member'
), close AS (
    SELECT person_id, person_id AS other_id FROM judge
    UNION SELECT person_id, about FROM declared
    UNION SELECT own.person_id, memberships.person_id
          FROM (SELECT person_id, organisation_id FROM belonging UNION SELECT person_id, about FROM declared) AS own
          JOIN innovation.memberships USING (organisation_id) WHERE memberships.state = 'member'
    UNION SELECT own.person_id, other.person_id
          FROM innovation.team_members AS own JOIN innovation.team_members AS other USING (team_id)
          WHERE own.person_id = ANY (%(people)s::uuid[]) AND own.joined_at IS NOT NULL AND other.joined_at IS NOT NULL
), address AS MATERIALIZED (
    SELECT team_id, split_part(people.email, '@', -1) AS written
    FROM innovation.team_members JOIN innovation.people USING (person_id)
    WHERE hackathon_id = %(hackathon_id)s AND team_members.state = 'member'
      AND EXISTS (SELECT FROM judge WHERE domain IS NOT NULL)
), domain AS MATERIALIZED (
    SELECT written, lower(btrim(normalize(written, NFKC), E' \t\n\v\f\r\x1c\x1d\x1e\x1f.') COLLATE "C") AS domain
    FROM (SELECT DISTINCT written FROM address) AS once
), related AS (
    SELECT judge.person_id, domain.written FROM judge JOIN domain
    ON judge.domain = domain.domain
       OR right(domain.domain, length(judge.domain) + 1) = '.' || judge.domain
       OR right(judge.domain, length(domain.domain) + 1) = '.' || domain.domain
       OR domain.domain ~ '[^\x01-\x7f]'
          AND (strpos(judge.domain, 'xn--') > 0 OR domain.domain ~ '[^\x01-\x7f\u0600-\u06ff]')
)
SELECT close.person_id, team_id FROM close JOIN innovation.team_members ON team_members.person_id = other_id
WHERE hackathon_id = %(hackathon_id)s AND team_members.state = 'member'
UNION
SELECT close.person_id, team_id
FROM close JOIN innovation.team_mentors ON team_mentors.person_id = other_id JOIN innovation.teams USING (team_id)
WHERE hackathon_id = %(hackathon_id)s
UNION
SELECT person_id, team_id FROM declared JOIN innovation.teams ON team_id = about
WHERE hackathon_id = %(hackathon_id)s
UNION
SELECT person_id, team_id
FROM belonging JOIN innovation.challenges USING (organisation_id) JOIN innovation.teams USING (challenge_id)
WHERE teams.hackathon_id = %(hackathon_id)s
UNION
SELECT person_id, team_id FROM related JOIN address USING (written)

-- members --
-- Who belongs to these teams, with organisations and address.
SELECT team_id, team_members.person_id, coalesce(people.email, ''),
       ARRAY(SELECT organisation_id FROM innovation.memberships
             WHERE memberships.person_id = team_members.person_id AND memberships.state = 'member')
FROM innovation.team_members JOIN innovation.people USING (person_id)
WHERE team_id = ANY (%(teams)s::uuid[]) AND team_members.state = 'member'

-- teams --
-- These teams with their mentors and who owns their challenge.
SELECT team_id, organisation_id,
       ARRAY(SELECT person_id FROM innovation.team_mentors AS own WHERE own.team_id = teams.team_id)
FROM innovation.teams LEFT JOIN innovation.challenges USING (challenge_id)
WHERE team_id = ANY (%(teams)s::uuid[])

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
