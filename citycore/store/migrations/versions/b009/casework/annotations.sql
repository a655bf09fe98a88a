-- What officers write on the time line, beside what sensors measured. What it is about is named by codes of the registry, which may
-- lose them: an annotation of a sensor that is gone stays.
CREATE TABLE innovation.annotations (
    annotation_id      uuid PRIMARY KEY,
    state              text NOT NULL,
    state_reason       text,
    version            integer NOT NULL DEFAULT 1,
    state_changed_at   timestamptz NOT NULL,
    created_at         timestamptz NOT NULL,
    -- When it was written or corrected last.
    changed_at         timestamptz NOT NULL,
    -- NULL once the account is erased; role and organisation stay.
    author_id          uuid REFERENCES innovation.people (person_id),
    author_role        text NOT NULL,
    organisation_id    uuid REFERENCES innovation.organisations (organisation_id),
    kind               text NOT NULL,
    title_ar           text NOT NULL,
    title_en           text NOT NULL,
    text_ar            text NOT NULL,
    text_en            text NOT NULL,
    place              text,
    thing              text,
    observed_property  text,
    starts_at          timestamptz NOT NULL,
    -- NULL of what happened at one instant.
    ends_at            timestamptz,
    is_whole_days      boolean NOT NULL,
    search_text        text GENERATED ALWAYS AS (normalise_text(title_ar || ' ' || title_en)) STORED,
    CHECK (ends_at > starts_at),
    CHECK (ends_at IS NOT NULL OR NOT is_whole_days),
    CHECK (title_ar <> '' OR title_en <> ''),
    CHECK (num_nonnulls(place, thing, observed_property) > 0)
);
CREATE INDEX annotations_begun ON innovation.annotations (starts_at, annotation_id);
CREATE INDEX annotations_changed ON innovation.annotations (changed_at, annotation_id);
CREATE INDEX annotations_of_place ON innovation.annotations (place, starts_at, annotation_id);
CREATE INDEX annotations_search ON innovation.annotations USING gin (search_text gin_trgm_ops);
CREATE INDEX annotations_person ON innovation.annotations (author_id);

-- Of whoever wrote it the role and the organisation, never the person.
CREATE VIEW open_innovation.annotations WITH (security_barrier) AS
SELECT note.annotation_id, note.kind, note.title_ar, note.title_en, note.text_ar, note.text_en,
       note.starts_at, note.ends_at, note.is_whole_days,
       note.place, place.name_ar AS place_name_ar, place.name_en AS place_name_en,
       note.thing, thing.name_ar AS thing_name_ar, thing.name_en AS thing_name_en, thing.place_code AS thing_place,
       note.observed_property, property.name_ar AS observed_property_name_ar, property.name_en AS observed_property_name_en,
       note.author_role, author.name_ar AS organisation_name_ar, author.name_en AS organisation_name_en,
       note.created_at, note.changed_at
FROM innovation.annotations AS note
LEFT JOIN innovation.organisations AS author ON author.organisation_id = note.organisation_id
LEFT JOIN public.places AS place ON place.code = note.place
LEFT JOIN public.things AS thing ON thing.code = note.thing
LEFT JOIN public.observed_properties AS property ON property.code = note.observed_property
WHERE note.state = 'published';

GRANT SELECT, INSERT, UPDATE ON innovation.annotations TO falaj_portal;
GRANT SELECT ON open_innovation.annotations TO falaj_portal, falaj_read;
