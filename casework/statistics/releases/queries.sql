-- store --
-- A release; there is no statement that changes one.
INSERT INTO participation.releases
    (release_id, subject_kind, subject_id, corrects, released_at, form_sha256, sampling, n, asked, answered,
     document, sha256)
VALUES
    (%(release_id)s, %(subject_kind)s, %(subject_id)s, %(corrects)s, %(released_at)s, %(form_sha256)s, %(sampling)s,
     %(n)s, %(asked)s, %(answered)s, %(document)s, %(sha256)s)

-- release_rows --
-- Releases as they stand.
SELECT release_id, subject_kind, subject_id, corrects, released_at, form_sha256, sampling, n, asked, answered,
       document, sha256
FROM participation.releases

-- release --
-- One of them.
-- + release_rows
WHERE release_id = %(release_id)s

-- of_subject --
-- All of a subject, the oldest first.
-- + release_rows
WHERE subject_kind = %(subject_kind)s AND subject_id = %(subject_id)s
ORDER BY released_at, release_id
LIMIT %(rows)s

-- is_replaced --
-- Whether another release corrects it.
SELECT EXISTS (SELECT FROM participation.releases WHERE corrects = %(release_id)s) AS is_replaced

-- lock_subject --
-- One release of a subject at a time, until the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended(%(subject_id)s::text, 7114904283017))
