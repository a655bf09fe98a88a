-- What somebody typed into a form of a page and has not sent yet.
CREATE TABLE innovation.form_drafts (
    person_id  uuid NOT NULL REFERENCES innovation.people (person_id),
    -- The address of the page without its mount, and which of its forms: where that is sent to, and what it is about.
    page       text NOT NULL,
    form       text NOT NULL,
    -- {"title_en": ["…"], …}; NULL once it was sent or discarded: the number keeps what is still on its way from coming back.
    fields     jsonb,
    -- A digest of what the form showed by itself when somebody began to type.
    base       text NOT NULL,
    number     integer NOT NULL,
    saved_at   timestamptz NOT NULL,
    PRIMARY KEY (person_id, page, form)
);
CREATE INDEX form_drafts_saved ON innovation.form_drafts (saved_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.form_drafts TO falaj_portal;
