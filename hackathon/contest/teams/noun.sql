-- waiting --
-- Teams to complete, or to begin with where each begins by itself, invitations to the person's address, and who asks to join a team that the person leads.
SELECT 'complete' AS step, team_id AS object_id, teams.name AS titles_ar, teams.name AS titles_en, state, instant AS due,
       state_changed_at AS since, '/teams/' || team_id AS path, 1 AS number
FROM innovation.teams
LEFT JOIN innovation.deadlines ON object_id = hackathon_id AND deadlines.name = 'team_formation_closes'
WHERE state = ANY (%(complete)s) AND team_id = ANY (%(complete_of)s)
UNION ALL
SELECT 'begin', team_id, teams.name, teams.name, state, closing.instant, state_changed_at, '/teams/' || team_id, 1
FROM innovation.teams JOIN innovation.deadlines AS closing ON closing.object_id = hackathon_id
JOIN innovation.deadlines AS start ON start.object_id = hackathon_id
WHERE state = ANY (%(begin)s) AND team_id = ANY (%(begin_of)s) AND closing.name = 'team_formation_closes'
  AND start.name = 'starts' AND start.instant < closing.instant
UNION ALL
SELECT 'answer', member_id, teams.name, teams.name, team_members.state, instant, team_members.state_changed_at,
       '/account/teams', 1
FROM innovation.people JOIN innovation.team_members USING (email_key) JOIN innovation.teams USING (team_id)
LEFT JOIN innovation.deadlines ON object_id = member_id AND deadlines.name = 'invitation'
WHERE people.person_id = %(person_id)s AND email_verified_at IS NOT NULL AND team_members.state = ANY (%(answer)s)
UNION ALL
SELECT 'approve', teams.team_id, teams.name, teams.name, min(team_members.state), min(instant),
       min(team_members.state_changed_at), '/teams/' || teams.team_id, count(*)
FROM innovation.teams JOIN innovation.team_members USING (team_id)
LEFT JOIN innovation.deadlines ON object_id = teams.hackathon_id AND deadlines.name = 'team_formation_closes'
WHERE team_members.state = ANY (%(approve)s) AND teams.team_id = ANY (%(approve_of)s)
GROUP BY teams.team_id
