-- rows --
-- Applications of a round in review or beyond with their copies, those first that are still to be released, by reference;
-- without the hidden; all, or some.
SELECT applications.application_id, reference, title, copy_id, coalesce(copies.code, '') AS code,
       released_at IS NOT NULL AS is_released
FROM innovation.applications LEFT JOIN innovation.anonymised_copies AS copies
    ON copies.application_id = applications.application_id AND copies.round = %(round)s
WHERE applications.call_id = %(call_id)s AND applications.application_id <> ALL (%(hidden)s::uuid[])
  AND (applications.state = 'in_review' AND applications.round = %(round)s OR copy_id IS NOT NULL)
  AND (%(about)s::uuid[] IS NULL OR applications.application_id = ANY (%(about)s))
ORDER BY released_at IS NOT NULL, reference
LIMIT %(rows)s

-- copied_files --
-- What is passed on with a copy.
(SELECT coalesce(jsonb_agg(jsonb_build_object(
            'place', place, 'file_id', file_id, 'name', name, 'media_type', media_type, 'size_bytes', size_bytes,
            'digest', encode(digest, 'hex')) ORDER BY place), '[]')
 FROM innovation.copied_files AS own WHERE own.copy_id = copies.copy_id) AS files

-- copy_rows --
-- Copies with their files.
SELECT copy_id, call_id, application_id, round, number, code, version, is_blind, content,
       released_at IS NOT NULL AS is_released,
       -- + copied_files
FROM innovation.anonymised_copies AS copies

-- copy --
-- One copy.
-- + copy_rows
WHERE copy_id = %(copy_id)s

-- lock --
-- This copy, until the transaction ends.
SELECT FROM innovation.anonymised_copies WHERE copy_id = %(copy_id)s FOR UPDATE

-- copy_of --
-- The copy of an application in a round.
-- + copy_rows
WHERE application_id = %(application_id)s AND round = %(round)s

-- store --
-- A copy to look at, unless its code is another's.
INSERT INTO innovation.anonymised_copies
    (copy_id, call_id, application_id, round, number, code, is_blind, content, prepared_by, prepared_at)
VALUES
    (%(copy_id)s, %(call_id)s, %(application_id)s, %(round)s, %(number)s, %(code)s, %(is_blind)s, %(content)s,
     %(by)s, %(at)s)
ON CONFLICT (call_id, code) DO NOTHING

-- write --
-- As somebody edited it, or made from a newer version.
UPDATE innovation.anonymised_copies SET
    content = %(content)s, number = %(number)s, version = version + 1, prepared_by = %(by)s, prepared_at = %(at)s
WHERE copy_id = %(copy_id)s

-- release --
-- From now on reviewers read it.
UPDATE innovation.anonymised_copies SET released_by = %(by)s, released_at = %(at)s, version = version + 1
WHERE copy_id = %(copy_id)s

-- add_file --
-- A file is passed on.
INSERT INTO innovation.copied_files (copy_id, place, file_id, name, media_type, size_bytes, digest)
VALUES (%(copy_id)s, %(place)s, %(file_id)s, %(name)s, %(media_type)s, %(size_bytes)s, decode(%(digest)s, 'hex'))

-- remove_file --
-- It is not passed on after all.
DELETE FROM innovation.copied_files WHERE copy_id = %(copy_id)s AND place = %(place)s

-- named_files --
-- Which of these digests are those of files that are passed on.
SELECT encode(digest, 'hex') FROM innovation.copied_files WHERE digest = ANY (%(digests)s::bytea[])

-- review_copies --
-- What a person may read of a round: copies that are assigned to them, by their codes; words are looked for in what stands
-- in the copy alone.
SELECT copy_id, copies.call_id, copies.round, code, is_blind, title, summary, answers, amount_minor,
       array_remove(coalesce(applicants, '{}'), NULL) AS applicants, organisation_id,
       -- + copied_files
FROM innovation.review_copies AS copies
WHERE copy_id = ANY (%(copies)s::uuid[])
  AND (%(pattern)s::text IS NULL
       OR normalise_text(concat_ws(' ', code, title, summary, answers::text)) LIKE %(pattern)s)
ORDER BY code

-- copies_of_reviews --
-- The copies that reviews are about, as pairs.
SELECT review_id, copy_id FROM innovation.reviews JOIN innovation.anonymised_copies AS copies
    ON copies.application_id = reviews.application_id AND copies.round = reviews.round
WHERE review_id = ANY (%(reviews)s::uuid[])

-- identities --
-- Whoever applies or was asked to: names and addresses, and names of the organisations that they belong to or apply for.
SELECT people.name_ar, people.name_en, coalesce(people.email, applicants.email),
       ARRAY(SELECT unnest(ARRAY[organisations.name_ar, organisations.name_en])
             FROM innovation.organisations
             WHERE organisation_id IN (
                 SELECT memberships.organisation_id FROM innovation.memberships
                 WHERE memberships.person_id = applicants.person_id AND memberships.state = 'member'
                 UNION SELECT applications.organisation_id))
FROM innovation.applicants JOIN innovation.applications USING (application_id)
LEFT JOIN innovation.people USING (person_id)
WHERE applicants.application_id = %(application_id)s

-- uncopied --
-- What is in review in a round without any copy.
SELECT application_id FROM innovation.applications
WHERE call_id = %(call_id)s AND state = 'in_review' AND round = %(round)s
  AND application_id <> ALL (%(hidden)s::uuid[])
  AND NOT EXISTS (SELECT FROM innovation.anonymised_copies AS own
                  WHERE own.application_id = applications.application_id AND own.round = %(round)s)
ORDER BY reference
LIMIT %(rows)s
