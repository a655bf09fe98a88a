-- lock --
SELECT FROM participation.dialogue_sessions WHERE session_id = %(object_id)s FOR UPDATE

-- talk_rows --
SELECT session_id, dialogue_sessions.state, dialogue_sessions.state_reason, dialogue_sessions.version,
       dialogue_sessions.state_changed_at, decider_id, title_ar, title_en, question_ar, question_en, governorate, place_ar,
       place_en, online_link, seats, agenda, decider.name_ar AS decider_ar, decider.name_en AS decider_en, recording_link,
       summary_ar, summary_en, none_because_ar, none_because_en, begins.instant AS begins_at, ends.instant AS ends_at,
       summary_due.instant AS summary_due_at, amend_ends.instant AS amend_ends_at, announced_at, held_at, published_at
FROM participation.dialogue_sessions
JOIN innovation.organisations AS decider ON decider.organisation_id = decider_id
LEFT JOIN innovation.deadlines AS begins ON begins.object_id = session_id AND begins.name = 'begins'
LEFT JOIN innovation.deadlines AS ends ON ends.object_id = session_id AND ends.name = 'ends'
LEFT JOIN innovation.deadlines AS summary_due ON summary_due.object_id = session_id AND summary_due.name = 'summary_due'
LEFT JOIN innovation.deadlines AS amend_ends ON amend_ends.object_id = session_id AND amend_ends.name = 'amend_ends'

-- talk --
-- + talk_rows
WHERE session_id = %(session_id)s

-- desk --
-- All for those who lead sessions; drafts for those who lead everywhere.
SELECT talks.session_id, talks.state, talks.version, talks.state_changed_at, talks.created_at, talks.title_ar, talks.title_en,
       talks.place_ar, talks.place_en, talks.governorate, talks.search_text, decider.name_ar AS decider_ar,
       decider.name_en AS decider_en, talks.begins_at,
       CASE talks.state WHEN 'held' THEN summary_due.instant END AS summary_due_at
FROM participation.dialogue_sessions AS talks
LEFT JOIN innovation.organisations AS decider ON decider.organisation_id = talks.decider_id
LEFT JOIN innovation.deadlines AS summary_due ON summary_due.object_id = talks.session_id AND summary_due.name = 'summary_due'
WHERE talks.announced_at IS NOT NULL OR %(is_staff)s

-- talks --
-- In these states, the newest first.
-- + talk_rows
WHERE dialogue_sessions.state = ANY (%(states)s) AND (announced_at IS NOT NULL OR %(is_staff)s)
  AND (%(after)s::uuid IS NULL OR (dialogue_sessions.created_at, session_id) < (
       SELECT last.created_at, last.session_id FROM participation.dialogue_sessions AS last WHERE last.session_id = %(after)s))
ORDER BY dialogue_sessions.created_at DESC, session_id DESC
LIMIT %(rows)s

-- facts --
SELECT decider.kind <> 'company' AND decider.state = 'verified' AS has_decider,
       (place_ar <> '' AND place_en <> '') OR online_link <> '' AS has_place, agenda <> '[]' AS has_agenda,
       summary_ar <> '' AND summary_en <> '' AS has_summary,
       (SELECT count(*) FROM participation.summary_amendments AS own
        WHERE own.session_id = dialogue_sessions.session_id AND is_taken IS NULL)::integer AS open_amendments,
       (SELECT count(*) FROM participation.recommendations AS own
        WHERE own.session_id = dialogue_sessions.session_id AND decision_id IS NOT NULL)::integer AS decisions,
       none_because_ar <> '' AND none_because_en <> '' AS says_none
FROM participation.dialogue_sessions
JOIN innovation.organisations AS decider ON decider.organisation_id = decider_id
WHERE session_id = %(session_id)s

-- move --
UPDATE participation.dialogue_sessions SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    announced_at = CASE %(target)s WHEN 'registration' THEN %(at)s ELSE announced_at END,
    held_at = CASE %(target)s WHEN 'held' THEN %(at)s ELSE held_at END,
    published_at = CASE %(target)s WHEN 'published' THEN %(at)s ELSE published_at END
WHERE session_id = %(object_id)s

-- due --
SELECT session_id FROM participation.dialogue_sessions JOIN innovation.deadlines ON object_id = session_id
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND session_id > %(after)s
ORDER BY session_id
LIMIT %(rows)s
FOR UPDATE OF dialogue_sessions SKIP LOCKED

-- called --
SELECT title_ar, title_en FROM participation.dialogue_sessions WHERE session_id = %(object_id)s

-- create --
INSERT INTO participation.dialogue_sessions
    (session_id, state, state_changed_at, created_at, drafted_by, decider_id, title_ar, title_en, question_ar, question_en,
     governorate, place_ar, place_en, online_link, seats, agenda)
VALUES (%(session_id)s, %(state)s, %(at)s, %(at)s, %(drafted_by)s, %(decider_id)s, %(title_ar)s, %(title_en)s, %(question_ar)s,
        %(question_en)s, %(governorate)s, %(place_ar)s, %(place_en)s, %(online_link)s, %(seats)s, %(agenda)s)

-- edit --
UPDATE participation.dialogue_sessions SET
    version = version + 1, decider_id = %(decider_id)s, title_ar = %(title_ar)s, title_en = %(title_en)s,
    question_ar = %(question_ar)s, question_en = %(question_en)s, governorate = %(governorate)s, place_ar = %(place_ar)s,
    place_en = %(place_en)s, online_link = %(online_link)s, seats = %(seats)s, agenda = %(agenda)s
WHERE session_id = %(session_id)s

-- write_summary --
UPDATE participation.dialogue_sessions SET
    version = version + 1, summary_ar = %(ar)s, summary_en = %(en)s, recording_link = %(recording_link)s
WHERE session_id = %(session_id)s

-- write_none --
-- Why nothing is recommended.
UPDATE participation.dialogue_sessions SET version = version + 1, none_because_ar = %(ar)s, none_because_en = %(en)s
WHERE session_id = %(session_id)s

-- amendments --
SELECT amendment_id, session_id, proposed, reason, proposed_at, is_taken, answer, settled_at
FROM participation.summary_amendments WHERE session_id = %(session_id)s
ORDER BY proposed_at, amendment_id

-- count_amendments --
SELECT count(*) FROM participation.summary_amendments WHERE session_id = %(session_id)s AND seat_id = %(seat_id)s

-- propose --
INSERT INTO participation.summary_amendments (amendment_id, session_id, seat_id, proposed, reason, proposed_at)
VALUES (%(amendment_id)s, %(session_id)s, %(seat_id)s, %(proposed)s, %(reason)s, %(at)s)

-- settle --
UPDATE participation.summary_amendments SET is_taken = %(is_taken)s, answer = %(answer)s, settled_at = %(at)s
WHERE amendment_id = %(amendment_id)s AND session_id = %(session_id)s AND is_taken IS NULL

-- recommendations --
-- With what their decisions are now.
SELECT recommendation_id, session_id, drafted_by, recommendations.title_ar, recommendations.title_en, passage_ar, passage_en,
       text_ar, text_en, ideas, decision_id, decisions.state, owner.name_ar AS owner_ar, owner.name_en AS owner_en,
       due.instant AS due_at, answered_at
FROM participation.recommendations
LEFT JOIN participation.decisions USING (decision_id)
LEFT JOIN innovation.organisations AS owner ON owner.organisation_id = decisions.owner_id
LEFT JOIN innovation.deadlines AS due ON due.object_id = decision_id AND due.name = 'answer_due'
WHERE session_id = %(session_id)s AND (decision_id IS NOT NULL OR %(is_staff)s)
ORDER BY recommendations.created_at, recommendation_id

-- recommend --
INSERT INTO participation.recommendations
    (recommendation_id, session_id, drafted_by, created_at, title_ar, title_en, text_ar, text_en, passage_ar, passage_en, ideas)
VALUES (%(recommendation_id)s, %(session_id)s, %(drafted_by)s, %(at)s, %(title_ar)s, %(title_en)s, %(text_ar)s, %(text_en)s,
        %(passage_ar)s, %(passage_en)s, %(ideas)s)

-- agree --
UPDATE participation.recommendations SET agreed_by = %(agreed_by)s, decision_id = %(decision_id)s
WHERE recommendation_id = %(recommendation_id)s

-- drop_recommendation --
DELETE FROM participation.recommendations
WHERE recommendation_id = %(recommendation_id)s AND session_id = %(session_id)s AND decision_id IS NULL

-- export_sessions --
SELECT session_id, title_ar, title_en, created_at FROM participation.dialogue_sessions
WHERE drafted_by = %(person_id)s ORDER BY created_at, session_id

-- export_recommendations --
SELECT recommendation_id, title_ar, title_en, CASE WHEN drafted_by = %(person_id)s THEN 'drafted' ELSE 'agreed' END AS part
FROM participation.recommendations WHERE %(person_id)s IN (drafted_by, agreed_by) ORDER BY created_at, recommendation_id

-- erase_sessions --
UPDATE participation.dialogue_sessions SET drafted_by = NULL WHERE drafted_by = %(person_id)s

-- erase_recommendations --
UPDATE participation.recommendations SET
    drafted_by = CASE WHEN drafted_by = %(person_id)s THEN NULL ELSE drafted_by END,
    agreed_by = CASE WHEN agreed_by = %(person_id)s THEN NULL ELSE agreed_by END
WHERE %(person_id)s IN (drafted_by, agreed_by)
