-- is_told --
-- Whether there is a programme already: the demo's own, or somebody's who went on from it.
SELECT EXISTS (SELECT FROM innovation.hackathons) OR EXISTS (SELECT FROM innovation.ambassadors)

-- is_own --
-- Whether it was told here: its people are there.
SELECT EXISTS (SELECT FROM innovation.people WHERE email_key = %(email)s)

-- lock --
-- Two that begin at once do not tell it twice.
SELECT pg_advisory_xact_lock(hashtext('falaj-demo-programme'))

-- forget_mails --
-- Mail of months that never were reaches nobody: it counts as sent.
UPDATE innovation.outbox SET sent_at = created_at, fields = '{}'
WHERE sent_at IS NULL AND recipient = ANY (%(recipients)s::text[])
