-- store_roll --
INSERT INTO participation.rolls
    (object_id, kind, scope, title_ar, title_en, admits, is_unlinked, seats, offers_max, opened_at, closes_at,
     ends_at)
VALUES (%(object_id)s, %(kind)s, %(scope)s, %(title_ar)s, %(title_en)s, %(admits)s, %(is_unlinked)s, %(seats)s, %(offers_max)s,
        %(at)s, %(closes_at)s, %(ends_at)s)

-- roll_rows --
SELECT object_id, kind, title_ar AS titles_ar, title_en AS titles_en, scope, admits, is_unlinked, seats, opened_at,
       closes_at, ends_at, closed_at
FROM participation.rolls WHERE object_id = %(object_id)s

-- roll --
-- + roll_rows

-- hold_roll --
-- Nobody closes it before this transaction ends; whoever takes part at the same time does not wait.
-- + roll_rows
FOR KEY SHARE

-- lock_roll --
SELECT FROM participation.rolls WHERE object_id = %(object_id)s FOR UPDATE

-- close_roll --
UPDATE participation.rolls SET closed_at = %(at)s WHERE object_id = %(object_id)s AND closed_at IS NULL

-- set_closing --
UPDATE participation.rolls SET closes_at = %(at)s WHERE object_id = %(object_id)s

-- set_seats --
UPDATE participation.rolls SET seats = %(seats)s WHERE object_id = %(object_id)s

-- set_ends --
UPDATE participation.rolls SET ends_at = %(at)s WHERE object_id = %(object_id)s

-- move_ends --
-- The end of each of its seats.
UPDATE innovation.deadlines SET instant = %(at)s
WHERE name = 'ends' AND object_id IN (SELECT seat_id FROM participation.seats WHERE object_id = %(roll)s)

-- store_tokens --
INSERT INTO participation.roll_tokens (object_id, digest, channel, key_id)
SELECT %(object_id)s, digest, %(channel)s, %(key_id)s FROM unnest(%(digests)s::bytea[]) AS digest

-- count_tokens --
SELECT channel, count(*)::integer AS issued, count(*) FILTER (WHERE is_used)::integer AS used
FROM participation.roll_tokens WHERE object_id = %(object_id)s GROUP BY channel ORDER BY channel

-- is_token_used --
SELECT is_used FROM participation.roll_tokens WHERE object_id = %(object_id)s AND digest = %(digest)s

-- use_token --
-- Of two at a time the second waits, and finds it used.
UPDATE participation.roll_tokens SET is_used = true
WHERE object_id = %(object_id)s AND digest = %(digest)s AND NOT is_used
RETURNING channel

-- store_kiosk --
INSERT INTO participation.kiosks (kiosk_id, object_id, name, governorate, digest, key_id)
VALUES (%(kiosk_id)s, %(object_id)s, %(name)s, %(governorate)s, %(digest)s, %(key_id)s)

-- kiosk_rows --
SELECT kiosk_id, object_id, name, governorate, is_paired, is_revoked FROM participation.kiosks

-- kiosks --
-- + kiosk_rows
WHERE object_id = %(object_id)s ORDER BY name, kiosk_id

-- kiosk --
-- + kiosk_rows
WHERE kiosk_id = %(kiosk_id)s

-- lock_kiosk --
-- + kiosk_rows
WHERE digest = %(digest)s FOR UPDATE

-- pair_kiosk --
UPDATE participation.kiosks SET is_paired = true WHERE kiosk_id = %(kiosk_id)s

-- revoke_kiosk --
UPDATE participation.kiosks SET is_revoked = true WHERE object_id = %(object_id)s AND kiosk_id = %(kiosk_id)s
RETURNING kiosk_id

-- keys_in_use --
-- Under which key how many tokens were made that may still be used, and kiosks that are set up.
SELECT key_id, sum(count)::integer FROM (
    SELECT key_id, count(*) FROM participation.roll_tokens JOIN participation.rolls USING (object_id)
    WHERE NOT is_used AND closed_at IS NULL GROUP BY key_id
    UNION ALL
    SELECT key_id, count(*) FROM participation.kiosks JOIN participation.rolls USING (object_id)
    WHERE NOT is_revoked AND closed_at IS NULL GROUP BY key_id) AS made
GROUP BY key_id

-- store_seat --
INSERT INTO participation.seats
    (seat_id, object_id, state, state_changed_at, asked_at, person_id, name, email, email_key, language, governorate)
VALUES (%(seat_id)s, %(object_id)s, %(state)s, %(at)s, %(at)s, %(person_id)s, %(name)s, %(email)s, %(email_key)s,
        %(language)s, %(governorate)s)
ON CONFLICT DO NOTHING

-- seat_rows --
SELECT seat_id, seats.object_id, title_ar AS titles_ar, title_en AS titles_en, state, state_reason, version,
       state_changed_at, asked_at, place, offers, name AS taker_name, language AS taker_language,
       person_id AS taker_person_id, email AS taker_email, governorate AS taker_governorate
FROM participation.seats JOIN participation.rolls USING (object_id)

-- seat --
-- + seat_rows
WHERE seat_id = %(seat_id)s

-- seats --
-- Those of a roll in these states: who waits in their order, then by when they asked.
-- + seat_rows
WHERE seats.object_id = %(object_id)s AND state = ANY (%(states)s::text[])
ORDER BY CASE WHEN state = 'waiting' THEN place END, asked_at, seat_id
LIMIT %(rows)s OFFSET %(skipped)s

-- seat_of_person --
-- + seat_rows
WHERE seats.object_id = %(object_id)s AND person_id = %(person_id)s AND state <> 'gone'

-- seat_of_number --
-- + seat_rows
JOIN participation.follow_ups AS follow_up ON follow_up.object_id = seat_id
WHERE seats.object_id = %(object_id)s AND follow_up.number = %(number)s

-- count_states --
SELECT state, count(*)::integer FROM participation.seats WHERE object_id = %(object_id)s GROUP BY state ORDER BY state

-- count_governorates --
-- Where those came from who were there, or hold a seat.
SELECT governorate, count(*)::integer FROM participation.seats
WHERE object_id = %(object_id)s AND state = %(state)s GROUP BY governorate ORDER BY governorate

-- count_held --
SELECT count(*)::integer FROM participation.seats WHERE object_id = %(object_id)s AND state = ANY (%(held)s::text[])

-- first_waiting --
-- Who has waited longest, while a seat is free.
SELECT seat_id FROM participation.seats
WHERE object_id = %(object_id)s AND state = 'waiting'
  AND (SELECT seats FROM participation.rolls WHERE object_id = %(object_id)s)
    > (SELECT count(*) FROM participation.seats AS held
       WHERE held.object_id = %(object_id)s AND held.state = ANY (%(held)s::text[]))
ORDER BY place LIMIT 1

-- offered --
UPDATE participation.seats SET offers = offers + 1 WHERE seat_id = %(seat_id)s

-- lock --
-- Everything about the seats of a roll happens one after the other.
SELECT FROM participation.rolls
WHERE object_id = (SELECT object_id FROM participation.seats WHERE seat_id = %(object_id)s) FOR UPDATE

-- facts --
SELECT seats.object_id, rolls.scope, seats.state, seats.version, seats.person_id,
       rolls.seats - (SELECT count(*) FROM participation.seats AS held
                      WHERE held.object_id = seats.object_id AND held.state = ANY (%(held)s::text[]))::integer AS free,
       (SELECT count(*) FROM participation.seats AS other
        WHERE other.object_id = seats.object_id AND other.state = 'waiting')::integer AS waiting,
       NOT EXISTS (SELECT FROM participation.seats AS other
                   WHERE other.object_id = seats.object_id AND other.state = 'waiting' AND other.place < seats.place)
           AS is_first,
       seats.offers < rolls.offers_max AS has_offers_left
FROM participation.seats JOIN participation.rolls USING (object_id)
WHERE seat_id = %(object_id)s

-- move --
-- Whoever begins to wait stands at the end of the line.
UPDATE participation.seats SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    place = CASE WHEN %(target)s = 'waiting' THEN 1 + coalesce(
        (SELECT max(other.place) FROM participation.seats AS other WHERE other.object_id = seats.object_id), 0)
        ELSE place END
WHERE seat_id = %(object_id)s

-- due --
-- Seats whose deadline has come; of those that wait only who can be offered one. The roll is locked, as by everybody.
SELECT seat_id FROM participation.seats
JOIN innovation.deadlines ON deadlines.object_id = seat_id
JOIN participation.rolls ON rolls.object_id = seats.object_id
WHERE state = %(source)s AND deadlines.name = %(deadline)s AND instant <= %(at)s AND seat_id > %(after)s
  AND (deadlines.name <> 'line' OR (
       NOT EXISTS (SELECT FROM participation.seats AS other
                   WHERE other.object_id = seats.object_id AND other.state = 'waiting' AND other.place < seats.place)
       AND rolls.seats > (SELECT count(*) FROM participation.seats AS held
                          WHERE held.object_id = seats.object_id
                            AND held.state IN ('offered', 'confirmed', 'present', 'absent'))))
ORDER BY seat_id
LIMIT %(rows)s
FOR UPDATE OF rolls SKIP LOCKED

-- called --
SELECT title_ar, title_en FROM participation.seats JOIN participation.rolls USING (object_id)
WHERE seat_id = %(object_id)s

-- forget --
-- Whose the seats were of what ended so long ago; where they came from stays for the counts.
UPDATE participation.seats SET person_id = NULL, name = '', email = '', email_key = NULL
WHERE seat_id IN (
    SELECT seat_id FROM participation.seats JOIN participation.rolls USING (object_id)
    WHERE ends_at <= %(before)s AND name <> '' LIMIT %(rows)s FOR UPDATE OF seats SKIP LOCKED)

-- export_seats --
SELECT seat_id, title_ar, title_en, state, state_reason, asked_at, name, email, language, governorate
FROM participation.seats JOIN participation.rolls USING (object_id)
WHERE person_id = %(person_id)s ORDER BY asked_at, seat_id

-- erase_seats --
UPDATE participation.seats SET person_id = NULL, name = '', email = '', email_key = NULL
WHERE person_id = %(person_id)s
