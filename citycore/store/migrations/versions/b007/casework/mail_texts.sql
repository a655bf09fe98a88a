-- What the operator has mails say instead of the shipped texts.
CREATE TABLE innovation.mail_texts (
    -- As in the outbox: the noun and the name.
    template    text NOT NULL,
    language    text NOT NULL CHECK (language IN ('en', 'ar')),
    subject     text NOT NULL,
    text        text NOT NULL,
    changed_at  timestamptz NOT NULL,
    PRIMARY KEY (template, language)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.mail_texts TO falaj_portal;
