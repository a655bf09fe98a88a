-- box_state --
CASE WHEN mixed_at IS NOT NULL THEN 'mixed' WHEN closed_at IS NOT NULL THEN 'closed' ELSE 'open' END

-- open --
INSERT INTO participation.boxes (object_id, answers_max, opened_at) VALUES (%(object_id)s, %(answers_max)s, %(at)s)

-- hold --
-- Nobody closes it before this transaction ends; people who answer at the same time do not wait for each other.
SELECT
-- + box_state
FROM participation.boxes WHERE object_id = %(object_id)s FOR KEY SHARE

-- lock --
-- Whoever is just answering has done so before this goes on.
SELECT FROM participation.boxes WHERE object_id = %(object_id)s FOR UPDATE

-- is_full --
SELECT participation.is_box_full(%(object_id)s)

-- put --
-- Nothing where the same page was sent before.
INSERT INTO participation.open_answers
    (once, object_id, version, channel, language, document, kiosk_id, kiosk_hour)
VALUES (%(once)s, %(object_id)s, %(version)s, %(channel)s, %(language)s, %(document)s, %(kiosk_id)s, %(kiosk_hour)s)
ON CONFLICT DO NOTHING

-- close --
UPDATE participation.boxes SET closed_at = %(at)s WHERE object_id = %(object_id)s AND closed_at IS NULL

-- state --
SELECT
-- + box_state
FROM participation.boxes WHERE object_id = %(object_id)s

-- closed --
-- Boxes to be mixed, those that wait longest first.
SELECT object_id FROM participation.boxes WHERE closed_at IS NOT NULL AND mixed_at IS NULL
ORDER BY closed_at, object_id

-- wait --
SELECT set_config('lock_timeout', %(wait)s, true)

-- kiosk_hours --
SELECT kiosk_id, kiosk_hour, answers FROM participation.kiosk_hours(%(object_id)s)

-- mix --
SELECT participation.mix_box(%(object_id)s, %(at)s, %(kiosks)s::uuid[], %(hours)s::timestamptz[])

-- read --
-- In the order of identifiers that were drawn when it was mixed.
SELECT answer_id, version, channel, language, document, is_apart FROM participation.unlinked_answers
WHERE object_id = %(object_id)s ORDER BY answer_id

-- texts --
-- What was written in answer to one question: some in the order of identifiers, or those with these.
SELECT answer_id, document -> 'values' ->> %(question)s FROM participation.unlinked_answers
WHERE object_id = %(object_id)s AND document -> 'values' ? %(question)s
  AND (%(answers)s::uuid[] IS NULL OR answer_id = ANY (%(answers)s))
ORDER BY answer_id OFFSET %(start)s LIMIT %(rows)s

-- count --
SELECT channel, count(*)::integer FROM participation.unlinked_answers
WHERE object_id = %(object_id)s GROUP BY channel ORDER BY channel
