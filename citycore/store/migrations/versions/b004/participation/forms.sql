-- What a draft was before it was changed, so that what somebody took out can be brought back, and whoever writes at the same
-- time sees what changed meanwhile. The oldest go as new ones come.
CREATE TABLE participation.earlier_form_drafts (
    form_id     uuid NOT NULL REFERENCES participation.form_drafts ON DELETE CASCADE,
    version     integer NOT NULL,
    document    jsonb NOT NULL,
    changed_at  timestamptz NOT NULL,
    PRIMARY KEY (form_id, version)
);

GRANT SELECT, INSERT, DELETE ON participation.earlier_form_drafts TO falaj_portal;
