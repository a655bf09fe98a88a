-- lock --
-- This decision, until the transaction ends.
SELECT FROM participation.decisions WHERE decision_id = %(object_id)s FOR UPDATE

-- lock_action --
-- What it belongs to first, as everybody does, and then it.
WITH whole AS MATERIALIZED (
    SELECT decision_id FROM participation.decisions
    WHERE decision_id = (SELECT decision_id FROM participation.decision_actions WHERE action_id = %(object_id)s)
    FOR UPDATE)
SELECT FROM participation.decision_actions JOIN whole USING (decision_id)
WHERE action_id = %(object_id)s
FOR UPDATE OF decision_actions

-- standing --
-- How it stands, and what is around it for whoever acts.
SELECT decisions.state, decisions.version, decisions.owner_id,
       (SELECT count(*) FROM participation.decision_grounds AS own WHERE own.decision_id = decisions.decision_id)::integer
           AS grounds,
       recommendation_ar <> '' AND recommendation_en <> '' AS has_recommendation,
       EXISTS (SELECT FROM innovation.organisations
               WHERE organisation_id = decisions.owner_id AND kind <> 'company' AND organisations.state = 'verified') AS has_owner,
       answer_ar <> '' AND answer_en <> '' AS has_answer, reason_ar <> '' AND reason_en <> '' AS has_reason,
       actions.owners, actions.number AS actions, actions.open AS open_actions,
       replacing.owner_id AS replacing_owner_id, replacing.owner_id IS NOT NULL AS is_replaced,
       actions.is_doer OR EXISTS (
           SELECT FROM innovation.memberships
           WHERE memberships.person_id = %(person_id)s AND memberships.state = 'member'
             AND organisation_id = ANY (actions.owners || decisions.owner_id)) AS is_member,
       EXISTS (SELECT FROM participation.decision_notices AS told
               WHERE told.decision_id = decisions.decision_id AND heard = %(key)s) AS was_heard,
       EXISTS (SELECT FROM innovation.decisions AS prepared
               WHERE machine = 'decision' AND prepared.object_id = decisions.decision_id AND released_at IS NULL
                 AND withdrawn_at IS NULL AND prepared_by = %(person_id)s) AS is_prepared_by_them
FROM participation.decisions
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(DISTINCT doing.owner_id), '{}') AS owners,
           count(*) FILTER (WHERE doing.state <> 'dropped')::integer AS number,
           count(*) FILTER (WHERE doing.state IN ('promised', 'claimed'))::integer AS open,
           coalesce(bool_or(doing.claimed_by = %(person_id)s), false) AS is_doer
    FROM participation.decision_actions AS doing WHERE doing.decision_id = decisions.decision_id) AS actions
LEFT JOIN LATERAL (
    SELECT newer.owner_id FROM participation.decisions AS newer
    WHERE newer.replaces_id = decisions.decision_id AND newer.outcome IS NOT NULL
    ORDER BY newer.answered_at LIMIT 1) AS replacing ON true
WHERE decision_id = %(object_id)s

-- standing_of_action --
-- The same of an action.
SELECT actions.state, actions.version, actions.decision_id, actions.owner_id, decisions.owner_id AS decision_owner_id,
       decisions.state AS decision_state, evidence_link <> '' AS has_evidence,
       coalesce(claimed_by = %(person_id)s, false) OR EXISTS (
           SELECT FROM innovation.memberships
           WHERE person_id = %(person_id)s AND memberships.state = 'member'
             AND organisation_id IN (actions.owner_id, decisions.owner_id)) AS is_member,
       EXISTS (SELECT FROM participation.decision_notices AS told
               WHERE told.decision_id = actions.decision_id AND heard = %(key)s) AS was_heard,
       (SELECT newer.owner_id FROM participation.decisions AS newer
        WHERE newer.replaces_id = actions.decision_id AND newer.outcome IS NOT NULL
        ORDER BY newer.answered_at LIMIT 1) AS replacing_owner_id
FROM participation.decision_actions AS actions JOIN participation.decisions USING (decision_id)
WHERE action_id = %(object_id)s

-- move --
-- Into the next state; what it was answered and when it was done is kept.
UPDATE participation.decisions SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    outcome = CASE WHEN %(target)s IN ('accepted', 'partly', 'rejected') THEN %(target)s ELSE outcome END,
    answered_at = CASE WHEN %(target)s IN ('accepted', 'partly', 'rejected') THEN %(at)s ELSE answered_at END,
    done_at = CASE WHEN %(target)s = 'done' THEN %(at)s WHEN %(target)s = 'disputed' THEN NULL
                   WHEN %(target)s = 'settled' THEN coalesce(done_at, %(at)s) ELSE done_at END
WHERE decision_id = %(object_id)s

-- move_action --
-- Into the next state, with when it was claimed and verified; sent back or opened again it is as it was promised.
UPDATE participation.decision_actions SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    claimed_at = CASE %(target)s WHEN 'claimed' THEN %(at)s WHEN 'promised' THEN NULL ELSE claimed_at END,
    claimed_by = CASE %(target)s WHEN 'promised' THEN NULL ELSE claimed_by END,
    verified_at = CASE %(target)s WHEN 'verified' THEN %(at)s WHEN 'promised' THEN NULL ELSE verified_at END,
    verified_by = CASE %(target)s WHEN 'promised' THEN NULL ELSE verified_by END
WHERE action_id = %(object_id)s

-- due --
-- Decisions whose deadline has come.
SELECT decision_id FROM participation.decisions JOIN innovation.deadlines ON object_id = decision_id
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND decision_id > %(after)s
ORDER BY decision_id
LIMIT %(rows)s
FOR UPDATE OF decisions SKIP LOCKED

-- called --
-- How it is called, for the question before what cannot be taken back.
SELECT title_ar, title_en FROM participation.decisions WHERE decision_id = %(object_id)s

-- called_action --
-- The same of an action.
SELECT text_ar, text_en FROM participation.decision_actions WHERE action_id = %(object_id)s

-- decision_rows --
-- Decisions with their owners, when an answer is due, and what replaces them.
SELECT decisions.decision_id, decisions.state, decisions.state_reason, decisions.version, decisions.state_changed_at,
       decisions.created_at, title_ar, title_en, heard_ar, heard_en, governorate, recommendation_ar, recommendation_en,
       decisions.owner_id, owner.name_ar AS owner_ar, owner.name_en AS owner_en, answer_ar, answer_en, reason_ar, reason_en,
       outcome, answered_at, done_at, due.instant AS due_at, replaces_id,
       (SELECT newer.decision_id FROM participation.decisions AS newer
        WHERE newer.replaces_id = decisions.decision_id AND newer.state <> 'withdrawn'
        ORDER BY newer.created_at LIMIT 1) AS replaced_by, disputed_at
FROM participation.decisions
LEFT JOIN innovation.organisations AS owner ON owner.organisation_id = decisions.owner_id
LEFT JOIN innovation.deadlines AS due ON due.object_id = decisions.decision_id AND due.name = 'answer_due'

-- decision --
-- One of them.
-- + decision_rows
WHERE decisions.decision_id = %(decision_id)s

-- list --
-- Those that fit, the newest first.
-- + decision_rows
WHERE decisions.state <> 'withdrawn'
  AND (%(state)s::text IS NULL OR decisions.state = %(state)s)
  AND (%(owner_id)s::uuid IS NULL OR decisions.owner_id = %(owner_id)s)
  AND (%(governorate)s::text IS NULL OR governorate = %(governorate)s)
  AND (NOT %(is_overdue)s OR (answered_at IS NULL AND due.instant <= %(at)s))
  AND (%(kind)s::text IS NULL OR EXISTS (
       SELECT FROM participation.decision_grounds AS own
       WHERE own.decision_id = decisions.decision_id AND own.kind = %(kind)s))
  AND (%(after)s::uuid IS NULL OR (decisions.created_at, decisions.decision_id) < (
       SELECT last.created_at, last.decision_id FROM participation.decisions AS last WHERE last.decision_id = %(after)s))
ORDER BY decisions.created_at DESC, decisions.decision_id DESC
LIMIT %(rows)s

-- grounds --
-- What it stands on, in the order in which it was added.
SELECT kind, object_id FROM participation.decision_grounds WHERE decision_id = %(decision_id)s
ORDER BY added_at, kind, object_id

-- action_rows --
-- What was promised, with whose it is.
SELECT action_id, decision_id, decision_actions.state, state_reason, decision_actions.version,
       decision_actions.state_changed_at, owner_id, due_on, text_ar, text_en, owner.name_ar AS owner_ar,
       owner.name_en AS owner_en, evidence_link, evidence_ar AS evidence_note_ar, evidence_en AS evidence_note_en,
       claimed_at, verified_at
FROM participation.decision_actions
JOIN innovation.organisations AS owner ON owner.organisation_id = owner_id

-- actions --
-- Of these decisions.
-- + action_rows
WHERE decision_id = ANY (%(decisions)s::uuid[])
ORDER BY decision_actions.created_at, action_id

-- action --
-- One of them.
-- + action_rows
WHERE action_id = %(action_id)s

-- agencies --
-- Who can owe an answer, by name.
SELECT organisation_id, name_ar, name_en FROM innovation.organisations
WHERE kind <> 'company' AND state = 'verified'
ORDER BY coalesce(name_en, name_ar), organisation_id
LIMIT %(rows)s

-- create --
-- Heard, and on nothing yet.
INSERT INTO participation.decisions
    (decision_id, state, state_changed_at, created_at, entered_by, title_ar, title_en, heard_ar, heard_en, governorate,
     replaces_id)
VALUES
    (%(decision_id)s, %(state)s, %(at)s, %(at)s, %(entered_by)s, %(title_ar)s, %(title_en)s, %(heard_ar)s, %(heard_en)s,
     %(governorate)s, %(replaces_id)s)

-- edit --
-- What was heard, anew.
UPDATE participation.decisions SET
    title_ar = %(title_ar)s, title_en = %(title_en)s, heard_ar = %(heard_ar)s, heard_en = %(heard_en)s,
    governorate = %(governorate)s, version = version + 1
WHERE decision_id = %(decision_id)s

-- recommend --
-- What is recommended.
UPDATE participation.decisions SET recommendation_ar = %(ar)s, recommendation_en = %(en)s, version = version + 1
WHERE decision_id = %(decision_id)s

-- choose_owner --
-- Who owes the answer.
UPDATE participation.decisions SET owner_id = %(owner_id)s, version = version + 1 WHERE decision_id = %(decision_id)s

-- answer --
-- What is decided, and why not all of it.
UPDATE participation.decisions SET
    answer_ar = %(answer_ar)s, answer_en = %(answer_en)s, reason_ar = %(reason_ar)s, reason_en = %(reason_en)s,
    version = version + 1
WHERE decision_id = %(decision_id)s

-- touch --
-- Something that belongs to it was changed.
UPDATE participation.decisions SET version = version + 1 WHERE decision_id = %(decision_id)s

-- dispute --
-- In the words of whoever was heard.
UPDATE participation.decisions SET dispute = %(words)s, disputed_at = %(at)s, disputed_by = %(by)s
WHERE decision_id = %(decision_id)s

-- dispute_words --
-- Those words, for whoever has to do something about it.
SELECT dispute FROM participation.decisions WHERE decision_id = %(decision_id)s

-- add_ground --
-- It stands on this too; nothing where it did already.
INSERT INTO participation.decision_grounds (decision_id, kind, object_id, added_at)
VALUES (%(decision_id)s, %(kind)s, %(object_id)s, %(at)s)
ON CONFLICT DO NOTHING

-- remove_ground --
-- It does not.
DELETE FROM participation.decision_grounds
WHERE decision_id = %(decision_id)s AND kind = %(kind)s AND object_id = %(object_id)s

-- copy_grounds --
-- What the decision before stood on.
INSERT INTO participation.decision_grounds (decision_id, kind, object_id, added_at)
SELECT %(decision_id)s, kind, object_id, added_at FROM participation.decision_grounds WHERE decision_id = %(replaces_id)s

-- add_action --
-- Promised.
INSERT INTO participation.decision_actions
    (action_id, decision_id, state, state_changed_at, created_at, owner_id, due_on, text_ar, text_en)
VALUES (%(action_id)s, %(decision_id)s, %(state)s, %(at)s, %(at)s, %(owner_id)s, %(due_on)s, %(text_ar)s, %(text_en)s)

-- remove_action --
-- Before it was told.
DELETE FROM participation.decision_actions WHERE action_id = %(action_id)s

-- keep_evidence --
-- What shows that it is done, by whoever says so.
UPDATE participation.decision_actions SET
    evidence_link = %(link)s, evidence_ar = %(note_ar)s, evidence_en = %(note_en)s, claimed_by = %(by)s
WHERE action_id = %(action_id)s

-- keep_verifier --
-- Whoever has looked at it.
UPDATE participation.decision_actions SET verified_by = %(by)s WHERE action_id = %(action_id)s

-- tell --
-- Somebody is told this once; nothing where they were.
INSERT INTO participation.decision_notices (decision_id, notice, heard, told_at)
VALUES (%(decision_id)s, %(notice)s, %(heard)s, %(at)s)
ON CONFLICT DO NOTHING

-- unreminded --
SELECT decision_id, instant FROM participation.decisions
JOIN innovation.deadlines ON object_id = decision_id AND name = 'answer_due'
WHERE state = 'with_owner' AND instant > %(at)s AND instant <= %(until)s
  AND NOT EXISTS (SELECT FROM participation.decision_reminders AS told
                  WHERE told.decision_id = decisions.decision_id AND told.due_at = instant)
ORDER BY instant, decision_id

-- note_reminder --
INSERT INTO participation.decision_reminders VALUES (%(decision_id)s, %(due_at)s, %(at)s) ON CONFLICT DO NOTHING

-- missing --
-- What is past due, and on no public page as decided or overdue: nothing, ever.
SELECT owed.kind, owed.object_id FROM participation.owed_answers AS owed
WHERE owed.due_at <= %(at)s AND NOT EXISTS (
    SELECT FROM participation.decision_grounds AS own
    JOIN participation.decisions USING (decision_id)
    LEFT JOIN innovation.deadlines AS due ON due.object_id = decision_id AND due.name = 'answer_due'
    WHERE own.kind = owed.kind AND own.object_id = owed.object_id AND state <> 'withdrawn'
      AND (answered_at IS NOT NULL OR due.instant <= %(at)s))
ORDER BY owed.kind, owed.object_id

-- export_entered --
-- What a person has entered.
SELECT decision_id, title_ar, title_en, heard_ar, heard_en, created_at FROM participation.decisions
WHERE entered_by = %(person_id)s ORDER BY created_at, decision_id

-- export_disputes --
-- What a person has disputed.
SELECT decision_id, dispute, disputed_at FROM participation.decisions
WHERE disputed_by = %(person_id)s ORDER BY disputed_at, decision_id

-- export_actions --
-- What a person has claimed to be done, or verified.
SELECT action_id, text_ar, text_en, CASE WHEN claimed_by = %(person_id)s THEN 'claimed' ELSE 'verified' END AS part,
       claimed_at, verified_at
FROM participation.decision_actions
WHERE %(person_id)s IN (claimed_by, verified_by) ORDER BY created_at, action_id

-- export_notices --
-- What a person was told.
SELECT decision_id, notice, told_at FROM participation.decision_notices
WHERE heard = %(person_id)s::text ORDER BY told_at, decision_id

-- erase_entered --
-- Who entered it.
UPDATE participation.decisions SET
    entered_by = CASE WHEN entered_by = %(person_id)s THEN NULL ELSE entered_by END,
    dispute = CASE WHEN disputed_by = %(person_id)s THEN '' ELSE dispute END,
    disputed_by = CASE WHEN disputed_by = %(person_id)s THEN NULL ELSE disputed_by END
WHERE %(person_id)s IN (entered_by, disputed_by)

-- count_actions --
-- Whoever claims and verifies for the public stays known, as the key of somebody without a name.
SELECT count(*)::integer FROM participation.decision_actions WHERE %(person_id)s IN (claimed_by, verified_by)

-- erase_notices --
-- That they were told.
DELETE FROM participation.decision_notices WHERE heard = %(person_id)s::text
