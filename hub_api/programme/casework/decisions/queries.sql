-- decisions --
-- Decisions after an identifier, ordered by it. Which ones is asked first: what is told of each is put together for those alone.
SELECT decision_id, state, state_changed_at, created_at, title_ar, title_en, heard_ar, heard_en, governorate,
       recommendation_ar, recommendation_en, outcome, answer_ar, answer_en, reason_ar, reason_en, answered_at, done_at,
       disputed_at, owner_id, owner_name_ar, owner_name_en, due_at, replaces_id, replaced_by, kinds, grounds, actions
FROM open_participation.decisions
WHERE decision_id = ANY (ARRAY(
    SELECT decision_id FROM open_participation.decisions
    WHERE decision_id > %(after)s::uuid
      AND (%(state)s::text IS NULL OR state = %(state)s)
      AND (%(outcome)s::text IS NULL OR outcome = %(outcome)s)
      AND (%(organisation)s::text IS NULL OR owner_id::text = %(organisation)s)
      AND (%(governorate)s::text IS NULL OR governorate = %(governorate)s)
      AND (%(kind)s::text IS NULL OR %(kind)s = ANY (kinds))
      AND (%(overdue)s::boolean IS NULL
           OR %(overdue)s = (answered_at IS NULL AND coalesce(due_at <= now(), false)))
    ORDER BY decision_id
    LIMIT %(rows)s))
ORDER BY decision_id

-- version --
-- What changes with anything that the list says, and when an answer becomes late.
SELECT decided, done, heard, late FROM open_participation.decisions_version

-- newest --
-- What was answered or done last, for feeds.
SELECT decision_id, title_ar, title_en, heard_ar, heard_en, state, outcome, answer_ar, answer_en, reason_ar, reason_en,
       created_at, changed_at
FROM open_participation.decisions
ORDER BY changed_at DESC, decision_id
LIMIT %(rows)s
