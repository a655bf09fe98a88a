-- picture_rows --
-- Pictures with both sizes.
SELECT picture_id, object_id, alt_ar, alt_en, media_type, large_digest, large_width, large_height,
       small_digest, small_width, small_height
FROM innovation.pictures

-- picture --
-- One of them.
-- + picture_rows
WHERE picture_id = %(picture_id)s

-- of_objects --
-- Those of these objects.
-- + picture_rows
WHERE object_id = ANY (%(objects)s::uuid[])

-- is_of_person --
-- Whether it shows somebody.
SELECT EXISTS (SELECT FROM innovation.people WHERE person_id = %(object_id)s)

-- export --
-- What a person has shown of themselves.
SELECT alt_ar, alt_en, added_at FROM innovation.pictures WHERE object_id = %(person_id)s

-- erase --
-- It goes with its person; its bytes are swept later.
DELETE FROM innovation.pictures WHERE object_id = %(person_id)s

-- put --
-- The picture of an object, instead of the one that it had.
INSERT INTO innovation.pictures
    (picture_id, object_id, alt_ar, alt_en, media_type, large_digest, large_width, large_height, small_digest,
     small_width, small_height, added_at)
VALUES
    (%(picture_id)s, %(object_id)s, %(alt_ar)s, %(alt_en)s, %(media_type)s, %(large_digest)s, %(large_width)s,
     %(large_height)s, %(small_digest)s, %(small_width)s, %(small_height)s, %(at)s)
ON CONFLICT (object_id) DO UPDATE SET
    picture_id = EXCLUDED.picture_id, alt_ar = EXCLUDED.alt_ar, alt_en = EXCLUDED.alt_en,
    media_type = EXCLUDED.media_type, large_digest = EXCLUDED.large_digest, large_width = EXCLUDED.large_width,
    large_height = EXCLUDED.large_height, small_digest = EXCLUDED.small_digest,
    small_width = EXCLUDED.small_width, small_height = EXCLUDED.small_height, added_at = EXCLUDED.added_at

-- remove --
-- An object has none any more; its bytes are swept later.
DELETE FROM innovation.pictures WHERE object_id = %(object_id)s

-- named --
-- Bytes that a picture names.
SELECT encode(digest, 'hex') FROM unnest(%(digests)s::bytea[]) AS digest
WHERE EXISTS (SELECT FROM innovation.pictures WHERE large_digest = encode(digest, 'hex'))
   OR EXISTS (SELECT FROM innovation.pictures WHERE small_digest = encode(digest, 'hex'))
