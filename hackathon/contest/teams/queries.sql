-- lock_team --
-- This team, until the transaction ends.
SELECT FROM innovation.teams WHERE team_id = %(object_id)s FOR UPDATE

-- team_rows --
-- Teams with how many belong to them.
SELECT team_id, teams.hackathon_id, teams.state, teams.state_reason, teams.version, teams.state_changed_at, name,
       pitch, open_roles, challenge_id, members,
       members < team_members_min AS is_short
FROM innovation.teams JOIN innovation.hackathons USING (hackathon_id)
CROSS JOIN LATERAL (SELECT count(*) AS members FROM innovation.team_members AS own
                    WHERE own.team_id = teams.team_id AND own.state = 'member') AS counted

-- some --
-- Some teams.
-- + team_rows
WHERE team_id = ANY (%(teams)s::uuid[])

-- team_surroundings --
-- What the guards of some ask about their hackathons and their challenges.
SELECT team_id, hackathons.state AS hackathon_state, team_members_min AS members_min,
       (SELECT count(*) FROM innovation.team_members AS own
        WHERE own.team_id = teams.team_id AND own.state = 'member') AS members,
       EXISTS (SELECT FROM innovation.challenges
               WHERE challenges.challenge_id = teams.challenge_id AND challenges.state IN ('published', 'locked'))
           AS has_challenge,
       EXISTS (SELECT FROM innovation.deadlines AS start
               JOIN innovation.deadlines AS closing USING (object_id)
               WHERE object_id = teams.hackathon_id AND start.name = 'starts'
                 AND closing.name = 'team_formation_closes' AND start.instant < closing.instant) AS begins_early
FROM innovation.teams JOIN innovation.hackathons USING (hackathon_id)
WHERE team_id = ANY (%(teams)s::uuid[])

-- move_team --
-- Into the next state; members of a team that has ended are free for another.
WITH freed AS (
    UPDATE innovation.team_members SET ended_at = %(at)s
    WHERE team_id = %(object_id)s AND state = 'member' AND ended_at IS NULL
      AND %(target)s IN ('expired', 'withdrawn'))
UPDATE innovation.teams SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s
WHERE team_id = %(object_id)s

-- due_teams --
-- What the clock moves on: by the deadlines of the hackathon.
SELECT team_id FROM innovation.teams JOIN innovation.deadlines ON object_id = hackathon_id
WHERE state = %(source)s AND deadlines.name = %(deadline)s AND instant <= %(at)s AND team_id > %(after)s
ORDER BY team_id
LIMIT %(rows)s
FOR UPDATE OF teams SKIP LOCKED

-- create --
-- A new team, unless another of the hackathon has its name.
INSERT INTO innovation.teams
    (team_id, hackathon_id, challenge_id, state, state_changed_at, created_at, name, pitch, open_roles)
VALUES
    (%(team_id)s, %(hackathon_id)s, %(challenge_id)s, %(state)s, %(at)s, %(at)s, %(name)s, %(pitch)s,
     %(open_roles)s)
ON CONFLICT DO NOTHING

-- edit --
-- What it says about itself.
UPDATE innovation.teams SET
    version = version + 1, name = %(name)s, pitch = %(pitch)s, open_roles = %(open_roles)s,
    challenge_id = %(challenge_id)s
WHERE team_id = %(team_id)s

-- is_open_challenge --
-- Whether a challenge can be chosen in a hackathon.
SELECT EXISTS (SELECT FROM innovation.challenges
               WHERE challenge_id = %(challenge_id)s AND hackathon_id = %(hackathon_id)s
                 AND state IN ('published', 'locked'))

-- list --
-- Teams of a hackathon whose name has the words, by name, without those that are hidden from who asks.
-- + team_rows
WHERE teams.hackathon_id = %(hackathon_id)s AND teams.state = ANY (%(states)s::text[])
  AND search_text LIKE %(pattern)s AND team_id <> ALL (%(hidden)s::uuid[])
  AND (NOT %(is_looking)s OR (cardinality(open_roles) > 0 AND members < team_members_max))
  AND (%(after)s::uuid IS NULL OR (search_text, team_id) > (
        SELECT search_text, team_id FROM innovation.teams
        WHERE team_id = %(after)s AND team_id <> ALL (%(hidden)s::uuid[])))
ORDER BY search_text, team_id
LIMIT %(rows)s

-- desk --
-- All of a hackathon, without the hidden ones.
SELECT teams.team_id, teams.hackathon_id, teams.name, teams.state, teams.version, teams.state_changed_at, teams.search_text,
       (SELECT count(*) FROM innovation.team_members AS own
        WHERE own.team_id = teams.team_id AND own.state = 'member') AS members,
       teams.state = ANY (%(standing)s::text[])
           AND (SELECT count(*) FROM innovation.team_members AS own
                WHERE own.team_id = teams.team_id AND own.state = 'member') < hackathons.team_members_min AS is_short,
       challenges.title_ar AS challenge_ar, challenges.title_en AS challenge_en
FROM innovation.teams LEFT JOIN innovation.hackathons USING (hackathon_id)
LEFT JOIN innovation.challenges ON challenges.challenge_id = teams.challenge_id
WHERE teams.hackathon_id = %(hackathon_id)s AND teams.team_id <> ALL (%(hidden)s::uuid[])

-- count --
-- How many there are, likewise without the hidden ones.
SELECT count(*) FROM innovation.teams
WHERE hackathon_id = %(hackathon_id)s AND state = ANY (%(states)s::text[]) AND team_id <> ALL (%(hidden)s::uuid[])

-- own_team --
-- The team of a person in a hackathon.
SELECT team_id FROM innovation.team_members
WHERE hackathon_id = %(hackathon_id)s AND person_id = %(person_id)s AND state = 'member' AND ended_at IS NULL

-- belonged_to_the_end --
-- Whether the team ended with this person in it.
SELECT EXISTS (SELECT FROM innovation.team_members
               WHERE team_id = %(team_id)s AND person_id = %(person_id)s AND state = 'member'
                 AND ended_at IS NOT NULL)

-- set_code --
-- The code to join with; it replaces the one before.
UPDATE innovation.teams SET code_digest = %(digest)s, code_expires_at = %(expires_at)s WHERE team_id = %(team_id)s

-- team_of_code --
-- Whose code it is, while it counts.
SELECT team_id FROM innovation.teams WHERE code_digest = %(digest)s AND code_expires_at > %(at)s

-- captains --
-- Who leads these teams.
SELECT team_id, person_id FROM innovation.team_members
WHERE team_id = ANY (%(teams)s::uuid[]) AND is_captain AND person_id IS NOT NULL

-- lock_member --
-- For a step of it: first the team, so that two do not take its last place.
SELECT FROM innovation.team_members JOIN innovation.teams USING (team_id)
WHERE member_id = %(object_id)s FOR UPDATE

-- member_rows --
-- Members as they stand.
SELECT member_id, team_id, hackathon_id, person_id, email, is_captain, state, version, created_at
FROM innovation.team_members

-- member --
-- One of them.
-- + member_rows
WHERE member_id = %(member_id)s

-- member_surroundings --
-- What its guards ask about hackathon, team, and the other teams of the person.
SELECT hackathons.state AS hackathon_state, teams.state AS team_state, team_members_max AS members_max,
       (SELECT count(*) FROM innovation.team_members AS own
        WHERE own.team_id = mine.team_id AND own.state = 'member') AS members, is_captain,
       EXISTS (SELECT FROM innovation.team_members AS other
               WHERE other.hackathon_id = mine.hackathon_id AND other.person_id = %(person_id)s
                 AND other.state = 'member' AND other.ended_at IS NULL AND other.member_id <> mine.member_id)
           AS has_other_team
FROM innovation.team_members AS mine JOIN innovation.teams USING (team_id)
JOIN innovation.hackathons ON hackathons.hackathon_id = mine.hackathon_id
WHERE member_id = %(member_id)s

-- move_member --
-- A step of it. An answered invitation has no address any more; who goes is no captain.
UPDATE innovation.team_members SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    email = CASE WHEN %(target)s = 'invited' THEN email END,
    email_key = CASE WHEN %(target)s = 'invited' THEN email_key END,
    joined_at = CASE WHEN %(target)s = 'member' THEN %(at)s ELSE joined_at END,
    ended_at = CASE WHEN %(target)s IN ('left', 'removed') THEN %(at)s ELSE ended_at END,
    is_captain = is_captain AND %(target)s = 'member'
WHERE member_id = %(object_id)s

-- due_members --
-- Invitations by their own deadline, requests by that of the hackathon.
SELECT member_id FROM innovation.team_members
JOIN innovation.deadlines ON object_id = CASE WHEN state = 'invited' THEN member_id ELSE hackathon_id END
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND member_id > %(after)s
ORDER BY member_id
LIMIT %(rows)s
FOR UPDATE OF team_members SKIP LOCKED

-- store_member --
-- Before its first step; it is gone with the transaction if that is refused.
INSERT INTO innovation.team_members
    (member_id, team_id, hackathon_id, person_id, email, email_key, is_captain, state, state_changed_at, created_at)
VALUES
    (%(member_id)s, %(team_id)s, %(hackathon_id)s, %(person_id)s, %(address_written)s, %(address_key)s,
     %(is_captain)s, 'new', %(at)s, %(at)s)

-- bind_member --
-- Whose invitation it turned out to be.
UPDATE innovation.team_members SET person_id = %(person_id)s WHERE member_id = %(member_id)s

-- is_invited --
-- Whether an invitation was sent to the confirmed address of this person.
SELECT EXISTS (
    SELECT FROM innovation.team_members JOIN innovation.people USING (email_key)
    WHERE member_id = %(member_id)s AND team_members.state = 'invited'
      AND people.person_id = %(person_id)s AND people.email_verified_at IS NOT NULL)

-- is_waiting --
-- Whether the person belongs to the team or has asked to, or the address is invited.
SELECT EXISTS (
    SELECT FROM innovation.team_members
    WHERE team_id = %(team_id)s AND ((person_id = %(person_id)s AND state IN ('requested', 'member'))
                                     OR (email_key = %(email_key)s AND state = 'invited')))

-- count_invited --
-- Invitations of a team that wait.
SELECT count(*) FROM innovation.team_members WHERE team_id = %(team_id)s AND state = 'invited'

-- count_requested --
-- Requests of a person that wait in a hackathon.
SELECT count(*) FROM innovation.team_members
WHERE hackathon_id = %(hackathon_id)s AND person_id = %(person_id)s AND state = 'requested'

-- members --
-- Who belongs, asks or is invited: the captain first, then as they came.
-- + member_rows
WHERE team_id = %(team_id)s AND state IN ('invited', 'requested', 'member')
ORDER BY is_captain DESC, created_at, member_id

-- of_person --
-- Teams where a person belongs, asks to, or is invited.
-- + member_rows
WHERE (person_id = %(person_id)s AND state IN ('requested', 'member'))
   OR (state = 'invited' AND email_key = (SELECT email_key FROM innovation.people
                                          WHERE person_id = %(person_id)s AND email_verified_at IS NOT NULL))
ORDER BY created_at, member_id

-- drop_captain --
-- Nobody is captain for a moment.
UPDATE innovation.team_members SET is_captain = false WHERE team_id = %(team_id)s AND is_captain

-- make_captain --
-- And this member is.
UPDATE innovation.team_members SET is_captain = true WHERE member_id = %(member_id)s AND state = 'member'

-- add_mentor --
-- Somebody helps the team.
INSERT INTO innovation.team_mentors (team_id, person_id, assigned_at)
SELECT %(team_id)s, person_id, %(at)s FROM innovation.role_grants
WHERE person_id = %(person_id)s AND role = 'mentor' AND scope_kind = 'hackathon' AND scope_id = %(hackathon_id)s
  AND revoked_at IS NULL AND (until IS NULL OR until > %(at)s)
ON CONFLICT (team_id, person_id) DO UPDATE SET assigned_at = team_mentors.assigned_at
RETURNING team_id

-- drop_mentor --
-- No longer.
DELETE FROM innovation.team_mentors WHERE team_id = %(team_id)s AND person_id = %(person_id)s

-- mentors --
-- Who helps the team.
SELECT person_id FROM innovation.team_mentors WHERE team_id = %(team_id)s ORDER BY assigned_at, person_id

-- mentored --
-- Whom a person helps in a hackathon.
SELECT team_id FROM innovation.team_mentors JOIN innovation.teams USING (team_id)
WHERE person_id = %(person_id)s AND hackathon_id = %(hackathon_id)s
ORDER BY team_id

-- lately_mentored --
-- Whom a person helps, those first that were assigned last.
SELECT team_id FROM innovation.team_mentors
WHERE person_id = %(person_id)s
ORDER BY assigned_at DESC, team_id
LIMIT %(rows)s

-- export_teams --
-- Where a person belonged at any time.
SELECT teams.name, hackathons.code AS hackathon, is_captain, team_members.state, team_members.state_reason,
       team_members.created_at, joined_at, ended_at
FROM innovation.team_members JOIN innovation.teams USING (team_id)
JOIN innovation.hackathons ON hackathons.hackathon_id = team_members.hackathon_id
WHERE person_id = %(person_id)s ORDER BY team_members.created_at

-- export_mentored --
-- Whom a person helped.
SELECT name, assigned_at FROM innovation.team_mentors JOIN innovation.teams USING (team_id)
WHERE person_id = %(person_id)s ORDER BY assigned_at

-- erase_invitations --
-- Invitations to the person's address.
DELETE FROM innovation.team_members
WHERE state = 'invited' AND email_key = (SELECT email_key FROM innovation.people WHERE person_id = %(person_id)s)

-- end_memberships --
-- That somebody belonged stays with the team, by key alone.
UPDATE innovation.team_members SET
    state = CASE WHEN state = 'member' THEN 'left' WHEN state = 'requested' THEN 'withdrawn' ELSE state END,
    state_reason = CASE WHEN state IN ('member', 'requested') THEN 'by_person' ELSE state_reason END,
    ended_at = CASE WHEN state = 'member' THEN coalesce(ended_at, now()) ELSE ended_at END,
    is_captain = false, email = NULL, email_key = NULL
WHERE person_id = %(person_id)s

-- erase_mentored --
-- Whom the person helped.
DELETE FROM innovation.team_mentors WHERE person_id = %(person_id)s

-- leads_others --
-- Whether others depend on the person as their captain.
SELECT EXISTS (
    SELECT FROM innovation.team_members AS own JOIN innovation.teams USING (team_id)
    JOIN innovation.hackathons ON hackathons.hackathon_id = own.hackathon_id
    WHERE own.person_id = %(person_id)s AND own.state = 'member' AND own.is_captain AND own.ended_at IS NULL
      AND hackathons.state NOT IN ('results_final', 'archived', 'cancelled')
      AND EXISTS (SELECT FROM innovation.team_members AS other
                  WHERE other.team_id = own.team_id AND other.state = 'member'
                    AND other.member_id <> own.member_id))
