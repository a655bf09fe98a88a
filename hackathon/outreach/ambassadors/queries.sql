-- lock --
-- This ambassador, until the transaction ends.
SELECT FROM innovation.ambassadors WHERE ambassador_id = %(object_id)s FOR UPDATE

-- ambassador_rows --
-- Ambassadors with their names.
SELECT ambassador_id, person_id, name_ar AS names_ar, name_en AS names_en, governorate, motivation,
       ambassadors.language, is_listed, biography_ar, biography_en, ambassadors.state, state_reason, ambassadors.version,
       ambassadors.state_changed_at, applied_at, term, term_starts_at, term_ends_at, last_active_at
FROM innovation.ambassadors JOIN innovation.people USING (person_id)

-- some --
-- Some of them.
-- + ambassador_rows
WHERE ambassador_id = ANY (%(ambassadors)s::uuid[])

-- of_person --
-- A person's newest, whatever became of it.
SELECT ambassador_id FROM innovation.ambassadors WHERE person_id = %(person_id)s
ORDER BY applied_at DESC, ambassador_id LIMIT 1

-- list --
-- Those in these states who are called so, in the order of their identifiers.
-- + ambassador_rows
WHERE ambassadors.state = ANY (%(states)s::text[]) AND people.search_text LIKE %(pattern)s
  AND (%(after)s::uuid IS NULL OR ambassador_id > %(after)s)
ORDER BY ambassador_id
LIMIT %(rows)s

-- desk --
-- All for the staff.
SELECT ambassador_id, person_id, name_ar, name_en, people.search_text, governorate, ambassadors.state,
       ambassadors.version, ambassadors.state_changed_at, applied_at
FROM innovation.ambassadors LEFT JOIN innovation.people USING (person_id)

-- prepared --
-- Others about whom something is decided and not told, in the order of their identifiers.
-- + ambassador_rows
WHERE person_id IS DISTINCT FROM %(actor)s::uuid AND ambassador_id IN (
    SELECT object_id FROM innovation.decisions
    WHERE machine = %(machine)s AND released_at IS NULL AND withdrawn_at IS NULL)
ORDER BY ambassador_id
LIMIT %(rows)s

-- directory --
-- Those who agreed to be seen, as everybody sees them.
SELECT ambassador_id, name_ar AS names_ar, name_en AS names_en, governorate, biography_ar, biography_en, is_emeritus
FROM innovation.ambassador_directory
WHERE (%(governorate)s::text IS NULL OR governorate = %(governorate)s)
  AND search_text LIKE %(pattern)s
  AND (%(after)s::uuid IS NULL OR ambassador_id > %(after)s)
ORDER BY ambassador_id
LIMIT %(rows)s

-- listed --
-- One of the directory, with the term that began last.
SELECT directory.ambassador_id, directory.name_ar AS names_ar, directory.name_en AS names_en, directory.governorate,
       directory.biography_ar, directory.biography_en, is_emeritus, term, term_starts_at AS starts_at
FROM innovation.ambassador_directory AS directory JOIN innovation.ambassadors USING (ambassador_id)
WHERE ambassador_id = %(ambassador_id)s

-- people_of --
-- Who they are of the directory.
SELECT ambassador_id, person_id FROM innovation.ambassador_directory JOIN innovation.ambassadors USING (ambassador_id)
WHERE ambassador_id = ANY (%(ambassadors)s::uuid[])

-- count_listed --
-- How many of the directory serve in each governorate.
SELECT governorate, count(*) FROM innovation.ambassador_directory WHERE NOT is_emeritus GROUP BY governorate

-- papers_done --
-- Which of the newest papers are done, by ambassador; where none is published nothing is.
SELECT ambassador_id, kind FROM innovation.ambassador_commitments
WHERE ambassador_id = ANY (%(ambassadors)s::uuid[]) AND (kind, version) IN (
    SELECT kind, max(version) FROM innovation.ambassador_papers GROUP BY kind)

-- reports_waiting --
-- How many reports there are that nobody has looked at, of those who have any.
SELECT ambassador_id, count(*) FROM innovation.activities
WHERE ambassador_id = ANY (%(ambassadors)s::uuid[]) AND state = 'reported'
GROUP BY ambassador_id

-- move --
-- Into the next state.
UPDATE innovation.ambassadors SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s
WHERE ambassador_id = %(object_id)s

-- due --
-- What the clock moves on. However late the warning came, it leaves the same time to do something.
SELECT ambassador_id FROM innovation.ambassadors JOIN innovation.deadlines ON object_id = ambassador_id
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND ambassador_id > %(after)s
  AND (name <> 'lapses' OR state_changed_at + (instant - (
          SELECT quiet.instant FROM innovation.deadlines AS quiet
          WHERE quiet.object_id = ambassador_id AND quiet.name = 'goes_at_risk')) <= %(at)s)
ORDER BY ambassador_id
LIMIT %(rows)s
FOR UPDATE OF ambassadors SKIP LOCKED

-- create --
-- An application; nothing if the person has one that is not over.
INSERT INTO innovation.ambassadors
    (ambassador_id, person_id, state, state_changed_at, applied_at, governorate, motivation, language)
VALUES
    (%(ambassador_id)s, %(person_id)s, %(state)s, %(at)s, %(at)s, %(governorate)s, %(motivation)s, %(language)s)
ON CONFLICT DO NOTHING

-- present --
-- What everybody sees, or that nobody does.
UPDATE innovation.ambassadors SET
    version = version + 1, is_listed = %(is_listed)s, biography_ar = %(biography_ar)s,
    biography_en = %(biography_en)s
WHERE ambassador_id = %(ambassador_id)s

-- begin_term --
-- A term begins, and with it the days in which something is to happen.
UPDATE innovation.ambassadors SET
    term = term + 1, term_starts_at = %(starts_at)s, term_ends_at = %(ends_at)s, last_active_at = %(starts_at)s
WHERE ambassador_id = %(ambassador_id)s

-- set_active --
-- When the ambassador was last active.
UPDATE innovation.ambassadors SET last_active_at = %(last_active_at)s WHERE ambassador_id = %(ambassador_id)s

-- papers --
-- The newest of each kind.
SELECT DISTINCT ON (kind) kind, version, text_ar, text_en, published_at FROM innovation.ambassador_papers
ORDER BY kind, version DESC

-- publish --
-- The next version of a paper.
INSERT INTO innovation.ambassador_papers (kind, version, text_ar, text_en, published_at, published_by)
SELECT %(kind)s, coalesce(max(version), 0) + 1, %(text_ar)s, %(text_en)s, %(at)s, %(by)s
FROM innovation.ambassador_papers WHERE kind = %(kind)s
RETURNING version

-- commit --
-- The training is done, or the code of conduct signed; once a version.
INSERT INTO innovation.ambassador_commitments (ambassador_id, kind, version, at, noted_by)
VALUES (%(ambassador_id)s, %(kind)s, %(version)s, %(at)s, %(by)s)
ON CONFLICT DO NOTHING

-- recipients --
-- How to write to ambassadors, if at all.
SELECT ambassador_id, person_id, email, people.language,
       CASE people.language WHEN 'ar' THEN coalesce(name_ar, name_en, '') ELSE coalesce(name_en, name_ar, '') END AS name
FROM innovation.ambassadors JOIN innovation.people USING (person_id)
WHERE ambassador_id = ANY (%(ambassadors)s::uuid[]) AND people.state IN ('active', 'closing')
  AND email_verified_at IS NOT NULL

-- export --
-- What is held about a person who applied, or serves.
SELECT ambassador_id, state, state_reason, applied_at, state_changed_at, governorate, motivation, language,
       is_listed, biography_ar, biography_en, term, term_starts_at, term_ends_at, last_active_at
FROM innovation.ambassadors WHERE person_id = %(person_id)s ORDER BY applied_at

-- export_commitments --
-- What the person has gone through and signed.
SELECT kind, commitments.version, at
FROM innovation.ambassador_commitments AS commitments JOIN innovation.ambassadors USING (ambassador_id)
WHERE person_id = %(person_id)s ORDER BY at, kind

-- erase --
-- That somebody served stays, by key alone and for nobody to see; what is not over ends.
UPDATE innovation.ambassadors SET
    motivation = '', is_listed = false, biography_ar = '', biography_en = '',
    state_reason = CASE WHEN state = ANY (%(over)s::text[]) THEN state_reason ELSE 'account_closed' END,
    state = CASE WHEN state = ANY (%(over)s::text[]) THEN state ELSE 'removed' END
WHERE person_id = %(person_id)s

-- count_published --
-- Rows that name the person as who published or noted.
SELECT count(*) FROM innovation.ambassador_papers WHERE published_by = %(person_id)s

-- count_noted --
-- Rows that name the person as who published or noted.
SELECT count(*) FROM innovation.ambassador_commitments WHERE noted_by = %(person_id)s

-- called --
-- Who is, or wants to be, an ambassador.
SELECT person.name_ar, person.name_en
FROM innovation.ambassadors AS ambassador JOIN innovation.people AS person USING (person_id)
WHERE ambassador.ambassador_id = %(object_id)s
