-- waiting --
-- Responses that a vendor has begun and not handed in. What is sealed is nobody's task but that of its need's openers.
SELECT 'hand_in' AS step, response_id AS object_id, title_ar AS titles_ar, title_en AS titles_en, responses.state,
       instant AS due, responses.state_changed_at AS since, '/needs/' || need_id || '/response' AS path, 1 AS number
FROM innovation.responses JOIN innovation.needs USING (need_id)
LEFT JOIN innovation.deadlines ON object_id = need_id AND name = 'responses_close'
WHERE responses.state = ANY (%(hand_in)s) AND responses.organisation_id = ANY (%(hand_in_of)s)
  AND needs.state IN ('published', 'qa_closed')
