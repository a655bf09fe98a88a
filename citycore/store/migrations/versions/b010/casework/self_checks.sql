-- What the hub checks of itself and tells administrators: when last, so that all its processes do and tell it once.
CREATE TABLE innovation.self_checks (
    kind        text NOT NULL,
    -- What it is about: "hub", a day, a network, the key of an account.
    subject     text NOT NULL,
    checked_at  timestamptz NOT NULL,
    -- What was found; '' where all is well.
    said        text NOT NULL DEFAULT '',
    PRIMARY KEY (kind, subject)
);
CREATE INDEX self_checks_old ON innovation.self_checks (checked_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.self_checks TO falaj_portal;
