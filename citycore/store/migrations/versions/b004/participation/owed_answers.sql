-- What is published and owes somebody a decision: a branch for each system.
CREATE OR REPLACE VIEW participation.owed_answers AS
-- Dialogue: a published session owes what it recommends, from the first of its decisions that is due on; at once while none is
-- there, unless it says why nothing is recommended.
SELECT 'session'::text AS kind, session_id AS object_id,
       coalesce((SELECT min(due.instant)
                 FROM participation.decision_grounds AS own
                 JOIN participation.decisions USING (decision_id)
                 JOIN innovation.deadlines AS due ON due.object_id = decision_id AND due.name = 'answer_due'
                 WHERE own.kind = 'session' AND own.object_id = session_id AND decisions.state <> 'withdrawn'), published_at) AS due_at
FROM participation.dialogue_sessions
WHERE state = 'published' AND none_because_ar = '';
