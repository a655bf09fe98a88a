-- candidates --
-- What was reviewed in a round, as it was handed in; without the hidden.
SELECT applications.application_id, reference, content ->> 'title' AS title, applications.state, applications.version,
       (content ->> 'amount_minor')::bigint AS amount_minor
FROM innovation.applications
JOIN LATERAL (
    SELECT number, content FROM innovation.application_versions AS own
    WHERE own.application_id = applications.application_id AND own.round = %(round)s ORDER BY number DESC LIMIT 1
) AS handed_in ON true
WHERE call_id = %(call_id)s AND applications.application_id <> ALL (%(hidden)s::uuid[])
  AND (applications.round = %(round)s AND applications.state IN ('in_review', 'panel')
       OR EXISTS (SELECT FROM innovation.reviews AS own
                  WHERE own.application_id = applications.application_id AND own.round = %(round)s
                    AND own.state <> 'recused'))
ORDER BY reference
LIMIT %(rows)s

-- panel --
-- The panel of a round, as it began last.
SELECT call_id, round, begun_at, missing, why FROM innovation.review_panels
WHERE call_id = %(call_id)s AND round = %(round)s ORDER BY begun_at DESC LIMIT 1

-- begin --
-- A panel begins.
INSERT INTO innovation.review_panels (call_id, round, begun_at, begun_by, missing, why)
VALUES (%(call_id)s, %(round)s, %(begun_at)s, %(by)s, %(missing)s, %(why)s)

-- add_note --
-- What the panel says.
INSERT INTO innovation.panel_notes (note_id, application_id, round, note, written_by, written_at)
VALUES (%(note_id)s, %(application_id)s, %(round)s, %(note)s, %(written_by)s, %(written_at)s)

-- notes --
-- The notes about some applications of a round, or about all, as they were written; without the hidden.
SELECT application_id, note, written_by, written_at
FROM innovation.panel_notes JOIN innovation.applications USING (application_id)
WHERE call_id = %(call_id)s AND panel_notes.round = %(round)s AND application_id <> ALL (%(hidden)s::uuid[])
  AND (%(applications)s::uuid[] IS NULL OR application_id = ANY (%(applications)s))
ORDER BY written_at, note_id

-- keep_verdict --
-- What goes with a decision that is prepared, in place of what went with the one before.
INSERT INTO innovation.funding_decisions
    (application_id, round, decision_id, event, amount_minor, conditions_ar, conditions_en)
VALUES
    (%(application_id)s, %(round)s, %(decision_id)s, %(event)s, %(verdict_amount_minor)s,
     %(verdict_conditions_ar)s, %(verdict_conditions_en)s)
ON CONFLICT (decision_id) DO UPDATE SET
    event = EXCLUDED.event, amount_minor = EXCLUDED.amount_minor, conditions_ar = EXCLUDED.conditions_ar,
    conditions_en = EXCLUDED.conditions_en

-- drop_verdict --
-- It is not decided after all.
DELETE FROM innovation.funding_decisions WHERE decision_id = %(decision_id)s AND decided_at IS NULL

-- mark_decided --
-- It is told.
UPDATE innovation.funding_decisions SET decided_at = %(at)s WHERE decision_id = %(decision_id)s

-- decided_rows --
-- Decisions with what goes with them.
SELECT application_id, round, decision_id, event, amount_minor, conditions_ar, conditions_en, decided_at
FROM innovation.funding_decisions

-- decided --
-- What was decided and told about an application in a round, the last of it.
-- + decided_rows
WHERE application_id = %(application_id)s AND round = %(round)s AND decided_at IS NOT NULL
ORDER BY decided_at DESC LIMIT 1

-- decided_of_application --
-- All that was decided and told about an application, as it was told.
-- + decided_rows
WHERE application_id = %(application_id)s AND decided_at IS NOT NULL ORDER BY decided_at

-- prepared --
-- Decisions of a call after a panel that wait to be told, with what goes with them; without the hidden.
SELECT decisions.decision_id AS prepared_id, object_id, prepared_event AS event, reason, seen_version, prepared_by, prepared_at,
       object_id AS decided_application_id, funding_decisions.round AS decided_round,
       decisions.decision_id AS decided_decision_id, prepared_event AS decided_event,
       funding_decisions.amount_minor AS decided_amount_minor, conditions_ar AS decided_conditions_ar,
       conditions_en AS decided_conditions_en, NULL::timestamptz AS decided_decided_at, reference, title
FROM innovation.decisions JOIN innovation.funding_decisions USING (decision_id)
JOIN innovation.applications ON applications.application_id = object_id
WHERE call_id = %(call_id)s AND released_at IS NULL AND withdrawn_at IS NULL
  AND object_id <> ALL (%(hidden)s::uuid[])
ORDER BY reference
LIMIT %(rows)s

-- keep_feedback --
-- What applicants read from now on; once.
INSERT INTO innovation.application_feedback (application_id, round, content, released_at)
VALUES (%(application_id)s, %(round)s, %(content)s, %(at)s) ON CONFLICT DO NOTHING

-- feedback --
-- What was told to applicants, by round.
SELECT application_id, round, content, released_at FROM innovation.application_feedback
WHERE application_id = %(application_id)s ORDER BY round

-- count_copies --
-- How many rows of each kind know a person by key.
SELECT count(*) FROM innovation.anonymised_copies WHERE %(person_id)s IN (prepared_by, released_by)

-- count_panels --
-- How many rows of each kind know a person by key.
SELECT count(*) FROM innovation.review_panels WHERE begun_by = %(person_id)s

-- count_notes --
-- How many rows of each kind know a person by key.
SELECT count(*) FROM innovation.panel_notes WHERE written_by = %(person_id)s
