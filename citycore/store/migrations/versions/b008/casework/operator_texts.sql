-- What the pages about the hub say instead of the texts that come with it, in Markdown.
CREATE TABLE innovation.operator_texts (
    name        text NOT NULL CHECK (name IN ('about', 'help', 'contact', 'privacy', 'terms')),
    language    text NOT NULL CHECK (language IN ('en', 'ar')),
    text        text NOT NULL,
    changed_at  timestamptz NOT NULL,
    PRIMARY KEY (name, language)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.operator_texts TO falaj_portal;

CREATE VIEW open_innovation.operator_texts WITH (security_barrier) AS
SELECT name, language, text FROM innovation.operator_texts;
GRANT SELECT ON open_innovation.operator_texts TO falaj_read;
