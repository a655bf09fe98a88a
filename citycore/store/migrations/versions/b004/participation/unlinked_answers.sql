-- What was answered, and nothing else. While a box is open its answers lie where the portal's role can put and not look;
-- when it is closed they are written anew in random order, together with the tokens, by one transaction, and only then read.
CREATE TABLE participation.boxes (
    object_id    uuid PRIMARY KEY,
    answers_max  integer NOT NULL CHECK (answers_max > 0),
    opened_at    timestamptz NOT NULL,
    closed_at    timestamptz,
    mixed_at     timestamptz,
    CHECK (mixed_at IS NULL OR closed_at IS NOT NULL)
);

CREATE TABLE participation.open_answers (
    -- Of the page that was sent: it counts once, however often it comes. Forgotten when the box is mixed.
    once         uuid PRIMARY KEY,
    -- Of a box, which whoever puts holds. No foreign key, as of tokens.
    object_id    uuid NOT NULL,
    version      integer NOT NULL CHECK (version > 0),
    channel      text NOT NULL CHECK (channel ~ '^[a-z][a-z_]{0,62}$'),
    language     text NOT NULL CHECK (language IN ('en', 'ar')),
    document     jsonb NOT NULL,
    -- Of answers at a kiosk, to find hours in which somebody filled it in. Forgotten when the box is mixed.
    kiosk_id     uuid,
    kiosk_hour   timestamptz CHECK (kiosk_hour = date_trunc('hour', kiosk_hour, 'UTC')),
    CHECK ((kiosk_id IS NULL) = (kiosk_hour IS NULL))
);
CREATE INDEX open_answers_box ON participation.open_answers (object_id);

CREATE TABLE participation.unlinked_answers (
    answer_id  uuid PRIMARY KEY,
    -- Of a box. No foreign key either: it would look at the box once for each answer.
    object_id  uuid NOT NULL,
    version    integer NOT NULL,
    channel    text NOT NULL,
    language   text NOT NULL,
    document   jsonb NOT NULL,
    -- Given in an hour in which a kiosk had far more answers than are usual there: counted apart.
    is_apart   boolean NOT NULL
);
CREATE INDEX unlinked_answers_box ON participation.unlinked_answers (object_id, answer_id);

-- Whether a box is full, without saying how many are in it: by its own limit, which nobody moves once it is open.
CREATE FUNCTION participation.is_box_full(asked uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM participation.open_answers WHERE object_id = asked
        OFFSET (SELECT answers_max - 1 FROM participation.boxes WHERE object_id = asked))
$$;

-- How many came at each kiosk in each hour; of a box that is open, nothing.
CREATE FUNCTION participation.kiosk_hours(asked uuid)
    RETURNS TABLE (kiosk_id uuid, kiosk_hour timestamptz, answers integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT kiosk_id, kiosk_hour, count(*)::integer
    FROM participation.open_answers JOIN participation.boxes USING (object_id)
    WHERE object_id = asked AND closed_at IS NOT NULL AND kiosk_id IS NOT NULL
    GROUP BY kiosk_id, kiosk_hour ORDER BY kiosk_id, kiosk_hour
$$;

-- Writes the answers of a closed box and all tokens anew, answers in the order of identifiers that are drawn now (by
-- gen_random_uuid, which is cryptographically strong as random() is not), tokens in that of their digests. Both tables are emptied and filled again,
-- so no row is left of the transactions in which people answered, neither dead nor alive, and no page that held one: files
-- of before are gone with the commit. What belongs to boxes that are still open is mixed on the way. Tokens are locked
-- first, as by whoever answers. All of it or nothing: after a crash it is simply done again.
CREATE FUNCTION participation.mix_box(mixed uuid, at timestamptz, apart_kiosks uuid[], apart_hours timestamptz[])
    RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET work_mem = '64MB' AS $$
DECLARE
    written integer;
BEGIN
    LOCK TABLE participation.roll_tokens IN ACCESS EXCLUSIVE MODE;
    LOCK TABLE participation.open_answers IN ACCESS EXCLUSIVE MODE;
    UPDATE participation.boxes SET mixed_at = at
    WHERE object_id = mixed AND closed_at IS NOT NULL AND mixed_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'box % is open, or mixed already', mixed USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    INSERT INTO participation.unlinked_answers
    SELECT gen_random_uuid() AS answer_id, object_id, version, channel, language, document,
           coalesce((kiosk_id, kiosk_hour) IN (SELECT * FROM unnest(apart_kiosks, apart_hours)), false)
    FROM participation.open_answers WHERE object_id = mixed
    ORDER BY answer_id;
    GET DIAGNOSTICS written = ROW_COUNT;

    CREATE TEMPORARY TABLE kept_answers ON COMMIT DROP AS
    SELECT * FROM participation.open_answers WHERE object_id <> mixed;
    CREATE TEMPORARY TABLE kept_tokens ON COMMIT DROP AS
    SELECT * FROM participation.roll_tokens;
    TRUNCATE participation.open_answers, participation.roll_tokens;
    INSERT INTO participation.open_answers SELECT * FROM pg_temp.kept_answers ORDER BY once;
    INSERT INTO participation.roll_tokens SELECT * FROM pg_temp.kept_tokens ORDER BY object_id, digest;
    DROP TABLE pg_temp.kept_answers, pg_temp.kept_tokens;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION participation.is_box_full, participation.kiosk_hours, participation.mix_box FROM PUBLIC;
GRANT EXECUTE ON FUNCTION participation.is_box_full, participation.kiosk_hours, participation.mix_box TO falaj_portal;
GRANT SELECT, INSERT, UPDATE (closed_at) ON participation.boxes TO falaj_portal;
-- Neither looked at nor changed.
GRANT INSERT ON participation.open_answers TO falaj_portal;
GRANT SELECT ON participation.unlinked_answers TO falaj_portal;
