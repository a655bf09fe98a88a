-- The picture or logo of an object, in two sizes. What it is a picture of stands in the table of that object.
CREATE TABLE innovation.pictures (
    -- A new picture of the same object has another number, so that caches may keep each for ever.
    picture_id    uuid PRIMARY KEY,
    object_id     uuid NOT NULL UNIQUE,
    alt_ar        text NOT NULL,
    alt_en        text NOT NULL,
    media_type    text NOT NULL,
    large_digest  text NOT NULL,
    large_width   integer NOT NULL CHECK (large_width > 0),
    large_height  integer NOT NULL CHECK (large_height > 0),
    small_digest  text NOT NULL,
    small_width   integer NOT NULL CHECK (small_width > 0),
    small_height  integer NOT NULL CHECK (small_height > 0),
    added_at      timestamptz NOT NULL
);
CREATE INDEX pictures_large ON innovation.pictures (large_digest);
CREATE INDEX pictures_small ON innovation.pictures (small_digest);

-- A picture goes with its object.
CREATE FUNCTION innovation.drop_pictures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM innovation.pictures WHERE object_id = (to_jsonb(OLD) ->> TG_ARGV[0])::uuid;
    RETURN OLD;
END
$$;
CREATE TRIGGER pictures_go AFTER DELETE ON innovation.hackathons
    FOR EACH ROW EXECUTE FUNCTION innovation.drop_pictures('hackathon_id');
CREATE TRIGGER pictures_go AFTER DELETE ON innovation.offerings
    FOR EACH ROW EXECUTE FUNCTION innovation.drop_pictures('offering_id');
CREATE TRIGGER pictures_go AFTER DELETE ON innovation.organisations
    FOR EACH ROW EXECUTE FUNCTION innovation.drop_pictures('organisation_id');

GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.pictures TO falaj_portal;
