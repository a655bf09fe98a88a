-- enqueue --
-- A mail that leaves when this transaction has committed.
INSERT INTO innovation.outbox
    (mail_id, template, language, person_id, recipient, fields, created_at, due_at, step_of,
     file_name, file_type, file_bytes, file_digest)
VALUES
    (%(mail_id)s, %(template)s, %(language)s, %(person_id)s, %(recipient)s, %(fields)s, %(at)s, %(due_at)s, %(step_of)s,
     %(file_name)s, %(file_type)s, %(file_bytes)s, %(file_digest)s)

-- recall --
-- What was to be told of a step that is taken back: none of it has left.
WITH unsaid AS (
    DELETE FROM innovation.outbox WHERE step_of = %(step_of)s AND created_at >= %(since)s AND sent_at IS NULL
    RETURNING mail_id)
DELETE FROM innovation.notifications WHERE notification_id IN (SELECT mail_id FROM unsaid)

-- take --
-- The next mail that is due, ours until the lease ends.
UPDATE innovation.outbox SET attempts = attempts + 1, due_at = %(until)s
WHERE mail_id = (
    SELECT mail_id FROM innovation.outbox
    WHERE sent_at IS NULL AND failed_at IS NULL AND due_at <= %(at)s
    ORDER BY due_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED)
RETURNING mail_id

-- waiting --
-- What it is to say, and to whom.
SELECT template, language, recipient, fields, created_at, attempts, file_name, file_type, file_bytes, file_digest
FROM innovation.outbox
WHERE mail_id = %(mail_id)s

-- mark_sent --
-- It has left: what it said is nobody's business any more, and its file goes with the next sweep.
UPDATE innovation.outbox SET sent_at = %(at)s, fields = '{}', last_error = NULL, file_digest = NULL
WHERE mail_id = %(mail_id)s

-- put_off --
-- Not now.
UPDATE innovation.outbox SET due_at = %(due_at)s, last_error = %(error)s
WHERE mail_id = %(mail_id)s AND sent_at IS NULL

-- mark_failed --
-- Not any more, until somebody says so; a file is not kept for that.
UPDATE innovation.outbox SET failed_at = %(at)s, last_error = %(error)s, file_digest = NULL
WHERE mail_id = %(mail_id)s AND sent_at IS NULL

-- retry --
-- Failed mails (or one) begin anew.
UPDATE innovation.outbox SET failed_at = NULL, attempts = 0, due_at = %(at)s
WHERE failed_at IS NOT NULL AND (%(mail_id)s::uuid IS NULL OR mail_id = %(mail_id)s)

-- forget --
-- What was sent long ago.
DELETE FROM innovation.outbox WHERE mail_id IN (
    SELECT mail_id FROM innovation.outbox WHERE sent_at < %(before)s LIMIT %(rows)s)

-- desk --
-- Mails without what they say, for those who look after the outbox.
SELECT mail_id, template, recipient, created_at, last_error, failed_at IS NOT NULL AS is_failed,
       CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN failed_at IS NOT NULL THEN 'failed' ELSE 'waiting' END AS status,
       sent_at, failed_at
FROM innovation.outbox

-- list --
-- Mails, newest first, without what they say. An instant that no calendar of ours holds becomes its first or last.
SELECT mail_id, template, language, recipient,
       CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN failed_at IS NOT NULL THEN 'failed' ELSE 'waiting' END AS status,
       least(greatest(created_at, '0001-01-02'), '9999-12-30') AS created_at,
       least(greatest(due_at, '0001-01-02'), '9999-12-30') AS due_at, attempts, last_error
FROM innovation.outbox
WHERE %(status)s::text IS NULL
   OR %(status)s = CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN failed_at IS NOT NULL THEN 'failed'
                        ELSE 'waiting' END
ORDER BY outbox.created_at DESC, mail_id
LIMIT %(rows)s

-- named --
-- Which of these files a mail still waits with.
SELECT DISTINCT file_digest FROM innovation.outbox
WHERE file_digest = ANY (SELECT encode(digest, 'hex') FROM unnest(%(digests)s::bytea[]) AS digest)
