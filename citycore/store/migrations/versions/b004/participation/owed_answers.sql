-- What was published and owes somebody a decision, and until when: a branch for each system.
CREATE OR REPLACE VIEW participation.owed_answers AS
-- Surveys, until the end of the day that was promised before anybody answered.
SELECT 'survey'::text AS kind, survey_id AS object_id, (promised_on + 1)::timestamp AT TIME ZONE 'Asia/Muscat' AS due_at
FROM participation.surveys WHERE state IN ('published', 'decided')
UNION ALL
-- Sessions, what they recommend: from the first of its decisions that is due on; at once while none is there, unless it says why
-- nothing is recommended.
SELECT 'session', session_id,
       coalesce((SELECT min(due.instant)
                 FROM participation.decision_grounds AS own
                 JOIN participation.decisions USING (decision_id)
                 JOIN innovation.deadlines AS due ON due.object_id = decision_id AND due.name = 'answer_due'
                 WHERE own.kind = 'session' AND own.object_id = session_id AND decisions.state <> 'withdrawn'), published_at)
FROM participation.dialogue_sessions
WHERE state = 'published' AND none_because_ar = '';
