-- What was published and owes a decision, and until when: a branch for each system.
CREATE OR REPLACE VIEW participation.owed_answers AS
-- Surveys, until the end of the day that was promised before anybody answered.
SELECT 'survey'::text AS kind, survey_id AS object_id, (promised_on + 1)::timestamp AT TIME ZONE 'Asia/Muscat' AS due_at
FROM participation.surveys WHERE state IN ('published', 'decided');
-- Dialogue: UNION ALL here.
