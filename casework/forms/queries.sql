-- freeze --
-- The next version, unless these very words are one already.
INSERT INTO participation.forms (form_id, version, digest, document, erratum_of, frozen_at)
SELECT %(form_id)s, coalesce(max(version), 0) + 1, %(digest)s, %(document)s, %(erratum_of)s, %(at)s
FROM participation.forms WHERE form_id = %(form_id)s
ON CONFLICT (form_id, digest) DO NOTHING

-- lock_form --
-- Whoever asks anew waits for whoever did before.
SELECT pg_advisory_xact_lock(hashtextextended(%(form_id)s::text, 7_313))

-- version_rows --
SELECT form_id, version, digest, document, erratum_of, frozen_at FROM participation.forms

-- by_digest --
-- + version_rows
WHERE form_id = %(form_id)s AND digest = %(digest)s

-- by_version --
-- + version_rows
WHERE form_id = %(form_id)s AND version = %(version)s

-- latest --
-- + version_rows
WHERE form_id = %(form_id)s
ORDER BY version DESC
LIMIT 1

-- draft_rows --
SELECT version, document, changed_at FROM participation.form_drafts

-- draft --
-- + draft_rows
WHERE form_id = %(form_id)s

-- lock_draft --
-- + draft_rows
WHERE form_id = %(form_id)s
FOR UPDATE

-- save_draft --
-- Nothing, where it is no longer what was seen.
INSERT INTO participation.form_drafts (form_id, document, changed_at)
VALUES (%(form_id)s, %(document)s, %(at)s)
ON CONFLICT (form_id) DO UPDATE
SET document = EXCLUDED.document, version = form_drafts.version + 1, changed_at = EXCLUDED.changed_at
WHERE form_drafts.version = %(seen_version)s::integer
RETURNING version

-- keep_earlier --
INSERT INTO participation.earlier_form_drafts (form_id, version, document, changed_at)
SELECT form_id, version, document, changed_at FROM participation.form_drafts
WHERE form_id = %(form_id)s AND version = %(seen_version)s::integer
ON CONFLICT DO NOTHING

-- forget_earlier --
DELETE FROM participation.earlier_form_drafts WHERE form_id = %(form_id)s AND version < %(from_version)s

-- earlier --
SELECT version, document, changed_at FROM participation.earlier_form_drafts
WHERE form_id = %(form_id)s
ORDER BY version DESC

-- earlier_one --
SELECT version, document, changed_at FROM participation.earlier_form_drafts
WHERE form_id = %(form_id)s AND version = %(version)s
