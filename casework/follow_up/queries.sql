-- open --
-- Somebody may follow it from now on; nothing where its number is taken.
INSERT INTO participation.follow_ups (object_id, kind, number, code_digest, key_id, opened_at)
VALUES (%(object_id)s, %(kind)s, %(number)s, %(code_digest)s, %(key_id)s, %(opened_at)s)
ON CONFLICT (number) DO NOTHING

-- find --
-- What a number names, and the digest of its code.
SELECT kind, object_id, code_digest FROM participation.follow_ups WHERE number = %(number)s

-- number --
-- What it is called for those who write about it.
SELECT number FROM participation.follow_ups WHERE object_id = %(object_id)s

-- key_of --
-- Under which key its code was made.
SELECT key_id FROM participation.follow_ups WHERE object_id = %(object_id)s

-- keys_in_use --
-- How many codes were made under which key.
SELECT key_id, count(*)::integer FROM participation.follow_ups GROUP BY key_id
