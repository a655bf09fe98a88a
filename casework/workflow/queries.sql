-- hold_deadlines --
-- The deadlines of an object, not to be moved before this transaction ends.
SELECT name, instant FROM innovation.deadlines WHERE object_id = %(object_id)s FOR SHARE

-- hold_deadlines_of --
-- The same of several objects, held in their order.
SELECT deadlines.object_id, name, instant FROM innovation.deadlines
JOIN unnest(%(object_ids)s::uuid[]) WITH ORDINALITY AS wanted (object_id, place) USING (object_id)
ORDER BY place, name
FOR SHARE OF deadlines

-- deadlines --
-- The deadlines of an object.
SELECT name, instant, zone, minutes_left FROM innovation.deadlines
WHERE object_id = %(object_id)s
ORDER BY instant, name

-- change_deadlines --
-- The same, to move one.
SELECT name, instant FROM innovation.deadlines WHERE object_id = %(object_id)s FOR UPDATE

-- set_deadline --
-- Plan a deadline that has not been announced, or say that it stands still or goes on.
INSERT INTO innovation.deadlines (object_id, name, instant, zone, minutes_left)
VALUES (%(object_id)s, %(name)s, %(instant)s, %(zone)s, %(minutes_left)s)
ON CONFLICT (object_id, name) DO UPDATE
SET instant = EXCLUDED.instant, zone = EXCLUDED.zone, minutes_left = EXCLUDED.minutes_left

-- extend_deadline --
-- Move one that has.
UPDATE innovation.deadlines SET instant = %(instant)s WHERE object_id = %(object_id)s AND name = %(name)s

-- add_extension --
-- And tell everybody.
INSERT INTO innovation.deadline_extensions
    (extension_id, object_id, name, previous, instant, reason, extended_by, extended_at)
VALUES
    (%(extension_id)s, %(object_id)s, %(name)s, %(previous)s, %(instant)s, %(reason)s, %(extended_by)s,
     %(extended_at)s)

-- extensions --
-- What was extended, oldest first. Who did it is not public.
SELECT name, previous, instant, reason, extended_at FROM innovation.deadline_extensions
WHERE object_id = %(object_id)s
ORDER BY extended_at, extension_id

-- prepare_decision --
-- Decide quietly; a later preparation replaces an earlier one.
INSERT INTO innovation.decisions
    (decision_id, machine, object_id, prepared_event, reason, seen_version, prepared_by, prepared_at)
VALUES
    (%(prepared_id)s, %(machine)s, %(object_id)s, %(event)s, %(reason)s, %(seen_version)s, %(prepared_by)s,
     %(prepared_at)s)
ON CONFLICT (machine, object_id) WHERE released_at IS NULL AND withdrawn_at IS NULL DO UPDATE SET
    prepared_event = EXCLUDED.prepared_event, reason = EXCLUDED.reason, seen_version = EXCLUDED.seen_version,
    prepared_by = EXCLUDED.prepared_by, prepared_at = EXCLUDED.prepared_at
RETURNING decision_id

-- decided_objects --
-- What open decisions are about, in the order in which objects are locked.
SELECT object_id FROM innovation.decisions
WHERE machine = %(machine)s AND decision_id = ANY (%(decision_ids)s::uuid[])
  AND released_at IS NULL AND withdrawn_at IS NULL
ORDER BY object_id

-- decision_rows --
-- Decisions as they were prepared.
SELECT decision_id AS prepared_id, object_id, prepared_event AS event, reason, seen_version, prepared_by, prepared_at
FROM innovation.decisions

-- hold_decisions --
-- Open decisions, ours until the transaction ends.
-- + decision_rows
WHERE machine = %(machine)s AND decision_id = ANY (%(decision_ids)s::uuid[])
  AND released_at IS NULL AND withdrawn_at IS NULL
ORDER BY object_id
FOR UPDATE

-- open_decisions --
-- What has been decided about these objects and not told.
-- + decision_rows
WHERE machine = %(machine)s AND object_id = ANY (%(object_ids)s::uuid[])
  AND released_at IS NULL AND withdrawn_at IS NULL
ORDER BY object_id

-- mark_released --
-- Told.
UPDATE innovation.decisions SET released_by = %(released_by)s, released_at = %(at)s
WHERE decision_id = %(decision_id)s

-- mark_withdrawn --
-- Taken back before it was told.
UPDATE innovation.decisions SET withdrawn_at = %(at)s WHERE decision_id = %(decision_id)s

-- add_words --
-- What somebody adds to a step.
INSERT INTO innovation.step_words (machine, object_id, version, event, words, written_by, written_at)
VALUES (%(machine)s, %(object_id)s, %(version)s, %(event)s, %(words)s, %(by)s, %(at)s)

-- words --
-- What was added last to the steps of these objects, and to these decisions that are not told.
SELECT DISTINCT ON (object_id) object_id, words FROM (
    SELECT object_id, version, words FROM innovation.step_words WHERE object_id = ANY (%(object_ids)s::uuid[])
    UNION ALL
    SELECT decision_id, 0, words FROM innovation.decision_words WHERE decision_id = ANY (%(object_ids)s::uuid[])
) AS said
ORDER BY object_id, version DESC

-- take_decision_words --
-- What was added to a decision, which has become a step, was decided anew or taken back.
DELETE FROM innovation.decision_words WHERE decision_id = %(decision_id)s RETURNING words, written_by

-- keep_decision_words --
-- What somebody adds to a decision.
INSERT INTO innovation.decision_words (decision_id, words, written_by, written_at)
VALUES (%(decision_id)s, %(words)s, %(by)s, %(at)s)

-- export_words --
-- Everything that a person added to steps, and to decisions that are not told.
SELECT machine, object_id, event, words, written_at FROM innovation.step_words
WHERE written_by = %(person_id)s
UNION ALL
SELECT machine, object_id, prepared_event, words, written_at
FROM innovation.decision_words JOIN innovation.decisions USING (decision_id)
WHERE written_by = %(person_id)s
ORDER BY written_at, object_id

-- erase_words --
-- With who wrote them goes what they wrote.
DELETE FROM innovation.step_words WHERE written_by = %(person_id)s

-- erase_decision_words --
-- The same of what is not told.
DELETE FROM innovation.decision_words WHERE written_by = %(person_id)s

-- remember_step --
-- The newest step of an object that can be taken back, and until when.
INSERT INTO innovation.undoable_steps (object_id, machine, source, event, version, taken_at, until)
VALUES (%(object_id)s, %(machine)s, %(source)s, %(event)s, %(version)s, %(taken_at)s, %(until)s)
ON CONFLICT (object_id) DO UPDATE
SET machine = EXCLUDED.machine, source = EXCLUDED.source, event = EXCLUDED.event, version = EXCLUDED.version,
    taken_at = EXCLUDED.taken_at, until = EXCLUDED.until

-- undoable --
-- The step by which an object came to this version, while it can be taken back.
SELECT source, event, taken_at FROM innovation.undoable_steps
WHERE object_id = %(object_id)s AND version = %(version)s AND until > %(at)s

-- forget_undoable --
-- It is taken back.
DELETE FROM innovation.undoable_steps WHERE object_id = %(object_id)s

-- handed_in_by --
-- Where to write to whoever hands something in, if anywhere.
SELECT email, language, name_ar AS names_ar, name_en AS names_en FROM innovation.people
WHERE person_id = %(person_id)s AND email IS NOT NULL
