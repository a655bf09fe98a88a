-- choice --
-- How somebody wants mail that may be left out; no row for at once.
SELECT choice FROM innovation.mail_choices WHERE person_id = %(person_id)s

-- choices --
-- The same of several.
SELECT person_id, choice FROM innovation.mail_choices WHERE person_id = ANY (%(people)s::uuid[])

-- tell --
-- Nothing of whom there is no account yet.
INSERT INTO innovation.notifications
    (notification_id, person_id, template, subject_ar, subject_en, about_ar, about_en, path, told_at, waits)
SELECT %(notification_id)s, person_id, %(template)s, %(subject_ar)s, %(subject_en)s, %(about_ar)s, %(about_en)s, %(path)s, %(at)s, %(waits)s
FROM innovation.people WHERE person_id = %(person_id)s

-- own --
-- The newest first.
SELECT notification_id, subject_ar AS subjects_ar, subject_en AS subjects_en,
    about_ar AS abouts_ar, about_en AS abouts_en, path, told_at, read_at
FROM innovation.notifications WHERE person_id = %(person_id)s
ORDER BY told_at DESC, notification_id LIMIT %(rows)s

-- unread --
-- How many somebody has not read.
SELECT count(*) FROM innovation.notifications WHERE person_id = %(person_id)s AND read_at IS NULL

-- news --
-- The newest of a while that somebody has not read.
SELECT notification_id, subject_ar AS subjects_ar, subject_en AS subjects_en,
    about_ar AS abouts_ar, about_en AS abouts_en, path, told_at, read_at
FROM innovation.notifications WHERE person_id = %(person_id)s AND read_at IS NULL AND told_at > %(since)s
ORDER BY told_at DESC, notification_id LIMIT %(rows)s

-- read --
-- One of somebody's own is read from now on; all where none is named.
UPDATE innovation.notifications SET read_at = coalesce(read_at, %(at)s)
WHERE person_id = %(person_id)s AND (%(notification_id)s::uuid IS NULL AND read_at IS NULL
                                     OR notification_id = %(notification_id)s)
RETURNING path

-- read_of --
-- Somebody did something on a page: what led to it is read.
UPDATE innovation.notifications SET read_at = %(at)s
WHERE person_id = %(person_id)s AND read_at IS NULL AND split_part(path, '?', 1) = ANY (%(paths)s)

-- choose --
INSERT INTO innovation.mail_choices (person_id, choice, told_on) VALUES (%(person_id)s, %(choice)s, %(day)s)
ON CONFLICT (person_id) DO UPDATE SET choice = EXCLUDED.choice

-- leave_out --
-- What waited for the mail of the day is not mailed any more.
UPDATE innovation.notifications SET waits = false WHERE person_id = %(person_id)s AND waits

-- next_reader --
-- Whose mail of the day is to be written next: locked.
SELECT person_id FROM innovation.mail_choices
WHERE told_on < %(day)s
  AND EXISTS (SELECT FROM innovation.notifications
              WHERE notifications.person_id = mail_choices.person_id AND notifications.waits)
  AND NOT EXISTS (
      SELECT FROM public.failures
      WHERE job = %(job)s AND subject = 'reader ' || person_id AND failures.due_at > %(at)s)
ORDER BY told_on, person_id
LIMIT 1
FOR UPDATE SKIP LOCKED

-- waiting --
-- For the mail of the day, the newest first.
SELECT notification_id, subject_ar AS subjects_ar, subject_en AS subjects_en,
    about_ar AS abouts_ar, about_en AS abouts_en, path, told_at, read_at
FROM innovation.notifications WHERE person_id = %(person_id)s AND waits
ORDER BY told_at DESC, notification_id LIMIT %(rows)s

-- set_told --
UPDATE innovation.mail_choices SET told_on = %(day)s WHERE person_id = %(person_id)s

-- tidy --
-- Kept long enough, or more than a person keeps; some at a time.
DELETE FROM innovation.notifications WHERE notification_id IN (
    SELECT notification_id FROM (
        SELECT notification_id, told_at, row_number() OVER (PARTITION BY person_id ORDER BY told_at DESC, notification_id) AS place
        FROM innovation.notifications) AS ranked
    WHERE told_at <= %(before)s OR place > %(kept)s
    LIMIT %(rows)s)

-- export --
SELECT subject_ar, subject_en, about_ar, about_en, path, told_at, read_at FROM innovation.notifications
WHERE person_id = %(person_id)s ORDER BY told_at, notification_id

-- export_choice --
SELECT choice FROM innovation.mail_choices WHERE person_id = %(person_id)s

-- erase --
DELETE FROM innovation.notifications WHERE person_id = %(person_id)s

-- erase_choice --
DELETE FROM innovation.mail_choices WHERE person_id = %(person_id)s
