-- Decisions, too, come of something.
CREATE OR REPLACE VIEW innovation.journey_links AS
SELECT 'challenge' AS kind, challenge_id AS object_id, 'submission' AS next_kind, submission_id AS next_id
FROM innovation.teams JOIN innovation.submissions USING (team_id) WHERE challenge_id IS NOT NULL
UNION ALL
SELECT 'submission', submission_id, 'application', application_id FROM innovation.applications
WHERE submission_id IS NOT NULL
UNION ALL
SELECT 'submission', submission_id, 'offering', offering_id FROM innovation.offerings WHERE submission_id IS NOT NULL
UNION ALL
SELECT 'application', application_id, 'award', award_id FROM innovation.funding_awards
UNION ALL
SELECT 'need', need_id, 'challenge', challenge_id FROM innovation.needs WHERE challenge_id IS NOT NULL
UNION ALL
SELECT 'need', need_id, 'introduction', introduction_id FROM innovation.introductions
UNION ALL
SELECT 'offering', offering_id, 'introduction', introduction_id FROM innovation.introductions
UNION ALL
SELECT CASE WHEN introduction_id IS NOT NULL THEN 'introduction' WHEN submission_id IS NOT NULL THEN 'submission'
            ELSE 'award' END,
       coalesce(introduction_id, submission_id, award_id), 'pilot', pilot_id
FROM innovation.pilots
UNION ALL
SELECT grounds.kind, object_id, 'decision', decision_id FROM participation.decision_grounds AS grounds
UNION ALL
SELECT 'decision', replaces_id, 'decision', decision_id FROM participation.decisions WHERE replaces_id IS NOT NULL;
