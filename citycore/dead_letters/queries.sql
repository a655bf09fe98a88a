-- dead_letters --
-- A page of letters, newest first, without their payloads.
SELECT dead_letter_id, topic, reason, detail, status, times_received, times_replayed,
       first_received_at, last_received_at, last_replayed_at, payload_bytes
FROM dead_letters
WHERE (%(status)s::text IS NULL OR status = %(status)s)
  AND (%(reason)s::text IS NULL OR reason = %(reason)s)
  AND (%(topics)s::text IS NULL OR starts_with(topic, %(topics)s) OR topic ~ ANY (%(patterns)s::text[]))
  AND (%(before)s::bigint IS NULL OR dead_letter_id < %(before)s)
ORDER BY dead_letter_id DESC
LIMIT %(rows)s

-- dead_letter --
-- One letter, its payload last.
SELECT dead_letter_id, topic, reason, detail, status, times_received, times_replayed,
       first_received_at, last_received_at, last_replayed_at, payload_bytes, payload
FROM dead_letters
WHERE dead_letter_id = %(dead_letter_id)s

-- last_dead_letter --
-- The number of the newest letter; work that begins now ends there.
SELECT coalesce(max(dead_letter_id), 0) FROM dead_letters

-- sealed_dead_letters --
-- The next letters of a selection, oldest first, with their payloads.
SELECT dead_letter_id, topic, payload, times_received
FROM dead_letters
WHERE dead_letter_id > %(after)s AND dead_letter_id <= %(last)s
  AND (%(ids)s::bigint[] IS NULL OR dead_letter_id = ANY (%(ids)s))
  AND (%(status)s::text IS NULL OR status = %(status)s)
  AND (%(reason)s::text IS NULL OR reason = %(reason)s)
  AND (%(topics)s::text IS NULL OR starts_with(topic, %(topics)s) OR topic ~ ANY (%(patterns)s::text[]))
ORDER BY dead_letter_id
LIMIT %(rows)s

-- dead_letter_ids --
-- The numbers of the next letters of a selection, oldest first.
SELECT dead_letter_id
FROM dead_letters
WHERE dead_letter_id > %(after)s AND dead_letter_id <= %(last)s
  AND (%(ids)s::bigint[] IS NULL OR dead_letter_id = ANY (%(ids)s))
  AND (%(status)s::text IS NULL OR status = %(status)s)
  AND (%(reason)s::text IS NULL OR reason = %(reason)s)
  AND (%(topics)s::text IS NULL OR starts_with(topic, %(topics)s) OR topic ~ ANY (%(patterns)s::text[]))
ORDER BY dead_letter_id
LIMIT %(rows)s

-- filters_of_source --
-- The topics outside of its namespace that a source has.
SELECT topic_filters FROM sources WHERE code = %(source)s

-- own_filters --
-- Those of all sources.
SELECT DISTINCT unnest(topic_filters) FROM sources

-- known_ids --
-- Which of these letters exist.
SELECT dead_letter_id FROM dead_letters WHERE dead_letter_id = ANY (%(ids)s::bigint[])

-- lock_dead_letters --
-- In ingest's own order, so that the two never wait for each other in a ring.
SELECT dead_letter_id FROM dead_letters
WHERE dead_letter_id = ANY (%(ids)s::bigint[])
ORDER BY digest
FOR UPDATE

-- mark_replayed --
-- Count the replay. A letter that ingest has received again meanwhile has failed again: it keeps
-- the status that ingest gave it.
UPDATE dead_letters SET
    times_replayed = times_replayed + 1, last_replayed_at = clock_timestamp(),
    status = CASE WHEN dead_letters.times_received = sent.times_received THEN 'replayed'
                  ELSE dead_letters.status END
FROM unnest(%(ids)s::bigint[], %(times_received)s::integer[]) AS sent (dead_letter_id, times_received)
WHERE dead_letters.dead_letter_id = sent.dead_letter_id

-- mark_discarded --
-- Set aside; the payload stays until housekeeping needs the room.
UPDATE dead_letters SET status = 'discarded'
WHERE dead_letter_id = ANY (%(ids)s::bigint[]) AND (%(status)s::text IS NULL OR status = %(status)s)
  AND status <> 'discarded'

-- counts --
-- How many letters there are, from the index alone.
SELECT status, reason, count(*), sum(payload_bytes)::bigint
FROM dead_letters
GROUP BY status, reason
ORDER BY status, count(*) DESC, reason

-- removals --
-- What housekeeping removed since the beginning.
SELECT reason, status, removed_count, removed_bytes, last_removed_at
FROM dead_letter_removals
ORDER BY removed_count DESC, reason, status
