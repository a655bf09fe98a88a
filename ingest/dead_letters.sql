-- count_dead_letters --
-- How many letters there are and how large, from the index alone.
SELECT status, reason, count(*), sum(payload_bytes)::bigint
FROM dead_letters
GROUP BY status, reason

-- remove_dead_letters --
-- Remove those that were received longest ago, of the open ones or of the others, of one reason or of all:
-- all from before an instant, until so many rows or so many bytes are gone, and count them by reason. Letters that
-- somebody else holds are left for the next time.
WITH candidate AS (
    SELECT dead_letter_id, payload_bytes, last_received_at
    FROM dead_letters
    WHERE (status = 'open') = %(is_open)s AND last_received_at < %(before)s
      AND (%(reason)s::text IS NULL OR reason = %(reason)s)
    ORDER BY last_received_at, dead_letter_id
    LIMIT %(rows_max)s
    FOR UPDATE SKIP LOCKED
), placed AS (
    SELECT dead_letter_id, row_number() OVER by_age AS place,
           sum(payload_bytes) OVER by_age - payload_bytes AS bytes_before
    FROM candidate
    WINDOW by_age AS (ORDER BY last_received_at, dead_letter_id)
), removed AS (
    DELETE FROM dead_letters USING placed
    WHERE dead_letters.dead_letter_id = placed.dead_letter_id
      AND (placed.place <= %(excess_rows)s OR placed.bytes_before < %(excess_bytes)s)
    RETURNING dead_letters.reason, dead_letters.status, dead_letters.payload_bytes
), counted AS (
    INSERT INTO dead_letter_removals AS known (reason, status, removed_count, removed_bytes, last_removed_at)
    SELECT reason, status, count(*), sum(payload_bytes), %(now)s::timestamptz
    FROM removed
    GROUP BY reason, status
    ON CONFLICT (reason, status) DO UPDATE SET
        removed_count = known.removed_count + EXCLUDED.removed_count,
        removed_bytes = known.removed_bytes + EXCLUDED.removed_bytes,
        last_removed_at = EXCLUDED.last_removed_at
)
SELECT count(*), coalesce(sum(payload_bytes), 0)::bigint FROM removed

-- forget_counts --
-- Before the new counts are kept.
DELETE FROM dead_letter_counts

-- keep_counts --
-- What the metrics show until the next housekeeping.
INSERT INTO dead_letter_counts (status, reason, letter_count, payload_bytes, counted_at)
SELECT status, reason, count(*), sum(payload_bytes), %(now)s::timestamptz
FROM dead_letters
GROUP BY status, reason
