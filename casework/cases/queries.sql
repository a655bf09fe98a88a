-- open_case --
-- Nothing where the same page was sent before; whoever sends it twice at the same time waits here.
INSERT INTO participation.cases
    (case_id, kind, organisation_id, unit, channel, language, kiosk_id, mail_id, once_digest, received_at)
VALUES (%(case_id)s, %(kind)s, %(organisation_id)s, %(unit)s, %(channel)s, %(language)s, %(kiosk_id)s,
        %(mail_id)s, sha256(%(once)s), %(at)s)
ON CONFLICT (once_digest) DO NOTHING

-- sent_before --
SELECT case_id FROM participation.cases WHERE once_digest = sha256(%(once)s)

-- store_asker --
INSERT INTO participation.case_askers (case_id, person_id, name, email, email_key, telephone)
VALUES (%(case_id)s, %(person_id)s, %(name)s, %(email)s, %(email_key)s, %(telephone)s)

-- case_rows --
-- Cases with the names of their organisations.
SELECT case_id, cases.organisation_id, organisations.name_ar AS organisation_ar, organisations.name_en AS organisation_en,
       unit, level, handler_id, channel, language, main_id, objected_at, received_at
FROM participation.cases JOIN innovation.organisations USING (organisation_id)

-- case --
-- + case_rows
WHERE case_id = %(case_id)s

-- lock_cases --
-- These, until the transaction ends, in one order.
SELECT FROM participation.cases WHERE case_id = ANY (%(case_ids)s::uuid[]) ORDER BY case_id FOR UPDATE

-- following --
-- Those that were merged into it.
SELECT case_id FROM participation.cases WHERE main_id = %(case_id)s ORDER BY received_at, case_id

-- asker --
SELECT person_id, name, email, telephone FROM participation.case_askers WHERE case_id = %(case_id)s

-- is_in_conflict --
SELECT EXISTS (
    SELECT FROM participation.case_conflicts WHERE case_id = %(case_id)s AND person_id = %(person_id)s)

-- bars --
-- Everybody who may not handle it.
SELECT person_id FROM participation.case_conflicts WHERE case_id = %(case_id)s
UNION SELECT person_id FROM participation.case_bars WHERE case_id = %(case_id)s

-- bar --
INSERT INTO participation.case_bars (case_id, person_id, reason)
VALUES (%(case_id)s, %(person_id)s, %(reason)s)
ON CONFLICT DO NOTHING

-- lock_handlers --
-- Whoever chooses among them waits here, so that each counts what the others were given.
SELECT FROM innovation.organisations WHERE organisation_id = %(organisation_id)s FOR NO KEY UPDATE

-- handlers --
-- Whoever has left the organisation answers nothing more in its name.
SELECT handler.person_id, handler.level, handler.unit,
       (SELECT count(*) FROM participation.cases
        WHERE cases.handler_id = handler.person_id AND cases.closed_at IS NULL AND cases.main_id IS NULL) AS open_cases
FROM participation.case_handlers AS handler JOIN innovation.people USING (person_id)
WHERE handler.organisation_id = %(organisation_id)s AND people.state = 'active'
  AND NOT EXISTS (
      SELECT FROM innovation.memberships AS own
      WHERE own.organisation_id = handler.organisation_id AND own.person_id = handler.person_id
      HAVING bool_or(own.state IN ('left', 'removed')) AND NOT bool_or(own.state = 'member'))
ORDER BY handler.level, handler.person_id
LIMIT %(rows)s

-- members --
SELECT person_id, name_ar, name_en FROM innovation.memberships JOIN innovation.people USING (person_id)
WHERE organisation_id = %(organisation_id)s AND memberships.state = 'member' AND people.state = 'active'
ORDER BY coalesce(name_en, name_ar), person_id

-- keep_handler --
INSERT INTO participation.case_handlers (organisation_id, person_id, level, unit)
VALUES (%(organisation_id)s, %(person_id)s, %(level)s, %(unit)s)
ON CONFLICT (organisation_id, person_id) DO UPDATE SET level = EXCLUDED.level, unit = EXCLUDED.unit

-- drop_handler --
DELETE FROM participation.case_handlers
WHERE organisation_id = %(organisation_id)s AND person_id = %(person_id)s

-- give --
-- Into the hands of somebody, at a level.
UPDATE participation.cases SET handler_id = %(handler_id)s, level = %(level)s WHERE case_id = %(case_id)s

-- forward --
-- To another organisation, whose people handle it from the first level on.
UPDATE participation.cases SET organisation_id = %(organisation_id)s, unit = NULL, handler_id = NULL, level = 1
WHERE case_id = %(case_id)s

-- merge --
-- Into a main case, with all that follow it.
UPDATE participation.cases SET main_id = %(main_id)s
WHERE case_id = %(case_id)s OR main_id = %(case_id)s

-- take_out --
UPDATE participation.cases SET main_id = NULL, objected_at = %(at)s
WHERE case_id = %(case_id)s AND main_id IS NOT NULL AND objected_at IS NULL

-- set_closed --
UPDATE participation.cases SET closed_at = %(at)s WHERE case_id = %(case_id)s

-- count_messages --
SELECT count(*) FROM participation.case_messages WHERE case_id = %(case_id)s

-- add_message --
-- Nothing if the mail is there already.
INSERT INTO participation.case_messages
    (message_id, case_id, number, visibility, sender, person_id, body, language, channel, mail_id, sent_at)
VALUES (%(message_id)s, %(case_id)s, %(number)s, %(visibility)s, %(sender)s, %(person_id)s, %(text)s, %(language)s,
        %(channel)s, %(mail_id)s, %(at)s)
ON CONFLICT (mail_id) DO NOTHING

-- messages --
SELECT message_id, case_id, number, visibility, sender, person_id, body AS text, language, channel, sent_at AS at
FROM participation.case_messages
WHERE case_id = %(case_id)s AND visibility = ANY (%(visibilities)s::text[])
ORDER BY number

-- add_file --
INSERT INTO participation.case_files (file_id, case_id, digest, name, media_type, size_bytes, sender, sent_at)
VALUES (%(file_id)s, %(case_id)s, decode(%(digest)s, 'hex'), %(name)s, %(media_type)s, %(size_bytes)s, %(sender)s,
        %(at)s)

-- files --
SELECT case_id, file_id AS file_file_id, name AS file_name, media_type AS file_media_type,
       size_bytes AS file_size_bytes, encode(digest, 'hex') AS file_digest, sender, sent_at AS at
FROM participation.case_files
WHERE case_id = %(case_id)s
ORDER BY sent_at, file_id

-- named_files --
-- Which of these bytes a case names.
SELECT encode(digest, 'hex') FROM participation.case_files WHERE digest = ANY (%(digests)s::bytea[])

-- drop_file --
DELETE FROM participation.case_files
WHERE case_id = %(case_id)s AND file_id = %(file_id)s AND sender = %(sender)s

-- drop_files --
-- Of cases that ended long ago.
DELETE FROM participation.case_files USING participation.cases
WHERE cases.case_id = case_files.case_id AND closed_at < %(before)s

-- files_of_person --
SELECT file_id, file.name, media_type, size_bytes, encode(digest, 'hex') AS digest
FROM participation.case_files AS file JOIN participation.case_askers USING (case_id)
WHERE person_id = %(person_id)s AND sender = 'asker'
ORDER BY sent_at, file_id

-- rate --
INSERT INTO participation.case_ratings (case_id, points, body, rated_at)
VALUES (%(case_id)s, %(points)s, %(text)s, %(at)s)
ON CONFLICT DO NOTHING

-- rating --
SELECT points, body AS text, rated_at FROM participation.case_ratings WHERE case_id = %(case_id)s

-- export_asked --
SELECT cases.case_id, cases.kind, cases.received_at, asker.name, asker.email, asker.telephone
FROM participation.case_askers AS asker JOIN participation.cases USING (case_id)
WHERE asker.person_id = %(person_id)s
ORDER BY cases.received_at, cases.case_id

-- export_messages --
SELECT message.case_id, message.sent_at, message.body
FROM participation.case_messages AS message
LEFT JOIN participation.case_askers AS asker ON asker.case_id = message.case_id AND message.sender = 'asker'
WHERE message.person_id = %(person_id)s OR asker.person_id = %(person_id)s
ORDER BY message.sent_at, message.case_id, message.number

-- export_handled --
SELECT organisation_id, level, unit FROM participation.case_handlers WHERE person_id = %(person_id)s

-- erase_pictures --
-- What somebody took a picture of can tell who they are.
DELETE FROM participation.case_files USING participation.case_askers AS asker
WHERE asker.case_id = case_files.case_id AND asker.person_id = %(person_id)s AND sender = 'asker'

-- erase_asked --
-- What was asked stays without whom; its answer may be owed to others too.
UPDATE participation.case_askers
SET person_id = NULL, name = '', email = '', email_key = NULL, telephone = ''
WHERE person_id = %(person_id)s

-- erase_sent --
UPDATE participation.case_messages SET person_id = NULL WHERE person_id = %(person_id)s

-- erase_handled --
DELETE FROM participation.case_handlers WHERE person_id = %(person_id)s

-- erase_bars --
DELETE FROM participation.case_bars WHERE person_id = %(person_id)s

-- erase_given --
UPDATE participation.cases SET handler_id = NULL WHERE handler_id = %(person_id)s

-- months --
SELECT organisation_id, month FROM participation.case_months
WHERE kind = %(kind)s AND NOT is_done AND month < %(before)s
ORDER BY month, organisation_id

-- set_released --
UPDATE participation.case_months SET is_done = true, release_id = %(release_id)s
WHERE organisation_id = %(organisation_id)s AND month = %(month)s AND kind = %(kind)s

-- store_counts --
INSERT INTO participation.case_counts (organisation_id, month, kind, row_code, cells)
VALUES (%(organisation_id)s, %(month)s, %(kind)s, %(row_code)s, %(cells)s)

-- in_hand --
-- Of those in a list, what is open in the reader's hands.
listed.case_id = ANY (ARRAY(
    SELECT held.case_id FROM participation.cases AS held
    WHERE held.handler_id = %(reader_id)s AND held.closed_at IS NULL AND held.main_id IS NULL))
