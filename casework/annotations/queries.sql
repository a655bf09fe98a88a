-- lock --
SELECT FROM innovation.annotations WHERE annotation_id = %(object_id)s FOR UPDATE

-- standing --
-- As the workflow wants it.
SELECT state, version FROM innovation.annotations WHERE annotation_id = %(annotation_id)s

-- move --
-- Into the next state.
UPDATE innovation.annotations SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s, changed_at = %(at)s
WHERE annotation_id = %(object_id)s

-- called --
-- What somebody is asked about before it is withdrawn.
SELECT coalesce(nullif(title_ar, ''), title_en), coalesce(nullif(title_en, ''), title_ar)
FROM innovation.annotations WHERE annotation_id = %(object_id)s

-- annotation_rows --
-- Annotations with the organisation of whoever wrote them.
SELECT annotation_id, note.state, state_reason, note.version, created_at, changed_at, author_role,
       author.name_ar AS organisation_ar, author.name_en AS organisation_en,
       note.kind AS note_kind, title_ar AS note_title_ar, title_en AS note_title_en, text_ar AS note_text_ar,
       text_en AS note_text_en, coalesce(place, '') AS note_place, coalesce(thing, '') AS note_thing,
       coalesce(observed_property, '') AS note_observed_property, starts_at AS note_span_starts_at,
       ends_at AS note_span_ends_at, is_whole_days AS note_span_is_whole_days
FROM innovation.annotations AS note LEFT JOIN innovation.organisations AS author USING (organisation_id)

-- annotation --
-- One of them.
-- + annotation_rows
WHERE annotation_id = %(annotation_id)s

-- list --
-- A page of them, the newest first by when they begin.
-- + annotation_rows
WHERE %(after)s::uuid IS NULL OR (starts_at, annotation_id) < (
      SELECT last.starts_at, last.annotation_id FROM innovation.annotations AS last WHERE last.annotation_id = %(after)s)
ORDER BY starts_at DESC, annotation_id DESC
LIMIT %(rows)s

-- desk --
-- All of them, for officers.
SELECT annotation_id, note.state, note.version, note.changed_at, note.starts_at, note.ends_at, note.is_whole_days, note.kind,
       coalesce(nullif(note.title_ar, ''), note.title_en) AS title_ar, coalesce(nullif(note.title_en, ''), note.title_ar) AS title_en,
       concat_ws(' · ', coalesce(place.name_ar, note.place), coalesce(thing.name_ar, note.thing), property.name_ar) AS about_ar,
       concat_ws(' · ', coalesce(place.name_en, note.place), coalesce(thing.name_en, note.thing), property.name_en) AS about_en,
       note.author_role, note.search_text, note.place
FROM innovation.annotations AS note
LEFT JOIN (SELECT key, titles_ar AS name_ar, titles_en AS name_en FROM open_innovation.catalogue WHERE kind = 'place') AS place
    ON place.key = note.place
LEFT JOIN (SELECT key, titles_ar AS name_ar, titles_en AS name_en FROM open_innovation.catalogue WHERE kind = 'thing') AS thing
    ON thing.key = note.thing
LEFT JOIN (SELECT key, titles_ar AS name_ar, titles_en AS name_en FROM open_innovation.catalogue
           WHERE kind = 'observed_property') AS property
    ON property.key = note.observed_property

-- choices --
-- What an annotation can be about and a page offers to choose from: places and observed properties.
SELECT kind, key AS code, titles_ar AS names_ar, titles_en AS names_en
FROM open_innovation.catalogue WHERE kind IN ('place', 'observed_property')
ORDER BY key

-- is_known --
-- Whether the city has it.
SELECT EXISTS (SELECT FROM open_innovation.catalogue WHERE kind = %(kind)s AND key = %(code)s)

-- organisation --
-- The organisation of whoever writes: the one that they have been a member of for longest.
SELECT organisation_id FROM innovation.memberships JOIN innovation.organisations USING (organisation_id)
WHERE person_id = %(person_id)s AND memberships.state = 'member' AND organisations.state = 'verified'
ORDER BY memberships.created_at, organisation_id
LIMIT 1

-- create --
-- A new one.
INSERT INTO innovation.annotations
    (annotation_id, state, state_changed_at, created_at, changed_at, author_id, author_role, organisation_id, kind, title_ar,
     title_en, text_ar, text_en, place, thing, observed_property, starts_at, ends_at, is_whole_days)
VALUES (%(annotation_id)s, %(state)s, %(at)s, %(at)s, %(at)s, %(author_id)s, %(author_role)s, %(organisation_id)s, %(kind)s,
        %(title_ar)s, %(title_en)s, %(text_ar)s, %(text_en)s, nullif(%(place)s, ''), nullif(%(thing)s, ''),
        nullif(%(observed_property)s, ''), %(span_starts_at)s, %(span_ends_at)s, %(span_is_whole_days)s)

-- correct --
-- What is written; whose it is stays.
UPDATE innovation.annotations SET
    version = version + 1, changed_at = %(at)s, kind = %(kind)s, title_ar = %(title_ar)s, title_en = %(title_en)s,
    text_ar = %(text_ar)s, text_en = %(text_en)s, place = nullif(%(place)s, ''), thing = nullif(%(thing)s, ''),
    observed_property = nullif(%(observed_property)s, ''), starts_at = %(span_starts_at)s, ends_at = %(span_ends_at)s,
    is_whole_days = %(span_is_whole_days)s
WHERE annotation_id = %(annotation_id)s

-- export --
-- What somebody wrote.
SELECT annotation_id, kind, title_ar, title_en, text_ar, text_en, place, thing, observed_property, starts_at, ends_at, state,
       created_at, changed_at
FROM innovation.annotations WHERE author_id = %(person_id)s ORDER BY created_at, annotation_id

-- erase --
-- What was written stays on the time line, without whose it is.
UPDATE innovation.annotations SET author_id = NULL WHERE author_id = %(person_id)s
