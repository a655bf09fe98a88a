-- issue --
-- A new key of the team.
SELECT innovation.issue_team_key(
    %(team_id)s, %(digest)s, %(requests_per_minute)s, %(requests_per_day)s, %(at)s, %(until)s)

-- revoke --
-- From now on it is refused; whether it counted.
SELECT innovation.revoke_team_key(%(team_id)s, %(key_id)s, %(at)s)

-- list --
-- All that the team ever had, oldest first, with today's requests.
SELECT api_key_id AS key_id, number, requests_per_minute, requests_per_day, created_at, expires_at, revoked_at,
       requests_today
FROM innovation.team_keys(%(team_id)s, %(today)s)

-- usage --
-- Days on which the team asked.
SELECT day, request_count AS requests, limited_count AS limited FROM innovation.team_key_usage(%(team_id)s, %(since)s)

-- season --
-- The state of the team's hackathon, and its last deadline.
SELECT hackathons.state, instant
FROM innovation.teams JOIN innovation.hackathons USING (hackathon_id)
LEFT JOIN innovation.deadlines ON object_id = hackathon_id AND deadlines.name = %(deadline)s
WHERE team_id = %(team_id)s
