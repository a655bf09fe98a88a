-- columns --
subscription_id, person_id, stop_token, state, version, created_at, place, observed_property, days, language, rhythm,
weekdays, month_day, hour, next_due, due_at, asked_at, last_sent, tries, failures, last_failure, failed_at,
EXISTS (SELECT FROM public.failures
        WHERE job = 'report_mails' AND subject = 'subscription ' || subscription_id) AS is_failing

-- places --
-- Where can be reported on.
SELECT code, name_ar AS names_ar, name_en AS names_en FROM public.places ORDER BY name_en, code

-- properties --
-- What is measured at all.
SELECT code, name_ar AS names_ar, name_en AS names_en FROM public.observed_properties WHERE result_type = 'measurement' ORDER BY name_en, code

-- hold_person --
-- Nobody else adds one of theirs before the transaction ends.
SELECT person_id FROM innovation.people WHERE person_id = %(person_id)s FOR NO KEY UPDATE

-- count --
-- How many somebody has.
SELECT count(*) FROM innovation.report_mails WHERE person_id = %(person_id)s

-- store --
-- One more, unless it is there already.
INSERT INTO innovation.report_mails
    (subscription_id, person_id, stop_token, state, created_at, place, observed_property, days, language, rhythm,
     weekdays, month_day, hour, next_due, due_at)
VALUES (%(subscription_id)s, %(person_id)s, %(stop_token)s, 'active', %(created_at)s, %(choice_place)s,
        %(choice_observed_property)s, %(choice_days)s, %(choice_language)s, %(times_rhythm)s, %(times_weekdays)s,
        %(times_month_day)s, %(times_hour)s, %(next_due)s, %(next_due)s)
ON CONFLICT DO NOTHING

-- own --
-- All that somebody has, the oldest first.
SELECT
-- + columns
FROM innovation.report_mails WHERE person_id = %(person_id)s
ORDER BY created_at, subscription_id

-- own_one --
-- One of somebody's own.
SELECT
-- + columns
FROM innovation.report_mails WHERE subscription_id = %(subscription_id)s AND person_id = %(person_id)s

-- hold --
-- Nobody else changes or sends it before the transaction ends.
SELECT subscription_id FROM innovation.report_mails WHERE subscription_id = %(subscription_id)s FOR UPDATE

-- of_token --
-- The one that a link ends.
SELECT
-- + columns
FROM innovation.report_mails WHERE stop_token = %(stop_token)s

-- last_asked --
-- When somebody last had one sent at once, whichever it was.
SELECT max(asked_at) FROM innovation.report_mails WHERE person_id = %(person_id)s

-- ask --
-- It is sent at once.
UPDATE innovation.report_mails SET asked_at = %(at)s, due_at = %(at)s, tries = 0, version = version + 1
WHERE subscription_id = %(subscription_id)s

-- pause --
-- Nothing comes until it is resumed.
UPDATE innovation.report_mails SET state = 'paused', version = version + 1
WHERE subscription_id = %(subscription_id)s

-- resume --
-- It comes again, from its next time on.
UPDATE innovation.report_mails
SET state = 'active', next_due = %(next_due)s, due_at = %(next_due)s, tries = 0, failures = 0, last_failure = NULL,
    failed_at = NULL, version = version + 1
WHERE subscription_id = %(subscription_id)s

-- end --
-- It is gone.
DELETE FROM innovation.report_mails WHERE subscription_id = %(subscription_id)s

-- due --
-- Those whose time has come, the longest due first; what is set aside as a failure of ours waits.
SELECT subscription_id FROM innovation.report_mails
WHERE state = 'active' AND due_at <= %(at)s
  AND NOT EXISTS (
      SELECT FROM public.failures
      WHERE job = %(job)s AND subject = 'subscription ' || subscription_id AND failures.due_at > %(at)s)
ORDER BY due_at, subscription_id
LIMIT %(rows)s

-- one --
-- What is due, as it stands now.
SELECT
-- + columns
FROM innovation.report_mails WHERE subscription_id = %(subscription_id)s

-- take --
-- The same, ours until the transaction ends: no row if it is another's, or is due no longer as it was seen.
SELECT subscription_id FROM innovation.report_mails
WHERE subscription_id = %(subscription_id)s AND state = 'active' AND due_at = %(due_at)s
FOR UPDATE SKIP LOCKED

-- recipient --
-- Where to write to, if anywhere.
SELECT email, name_ar, name_en FROM innovation.people
WHERE person_id = %(person_id)s AND state = 'active' AND email_verified_at IS NOT NULL

-- set_sent --
-- It was sent, and comes again at its next time.
UPDATE innovation.report_mails
SET last_sent = %(at)s, next_due = %(next_due)s, due_at = %(next_due)s, tries = 0, failures = 0, last_failure = NULL,
    failed_at = NULL
WHERE subscription_id = %(subscription_id)s

-- put_off --
-- Nothing came, and it is tried again soon.
UPDATE innovation.report_mails
SET tries = %(tries)s, due_at = %(due_at)s, last_failure = %(fault)s, failed_at = %(at)s
WHERE subscription_id = %(subscription_id)s

-- give_up --
-- Nothing came, and it is tried again at its next time.
UPDATE innovation.report_mails
SET tries = 0, failures = failures + 1, next_due = %(next_due)s, due_at = %(next_due)s, last_failure = %(fault)s,
    failed_at = %(at)s
WHERE subscription_id = %(subscription_id)s

-- set_aside --
-- Nothing can come of it as it is.
UPDATE innovation.report_mails
SET state = 'set_aside', tries = 0, failures = failures + 1, last_failure = %(fault)s, failed_at = %(at)s,
    version = version + 1
WHERE subscription_id = %(subscription_id)s

-- export --
-- All that is kept of a person.
SELECT place, observed_property, days, language, rhythm, weekdays, month_day, hour, state, created_at, last_sent
FROM innovation.report_mails WHERE person_id = %(person_id)s ORDER BY created_at, subscription_id

-- erase --
-- They go with the person.
DELETE FROM innovation.report_mails WHERE person_id = %(person_id)s
