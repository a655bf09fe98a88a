-- Mail that leaves because of a committed transaction.
CREATE TABLE innovation.outbox (
    -- Also the mail's Message-ID, so that a repetition after a crash is known as one.
    mail_id     uuid PRIMARY KEY,
    template    text NOT NULL,
    language    text NOT NULL CHECK (language IN ('en', 'ar')),
    -- Whose mail it is, if an account's.
    person_id   uuid,
    recipient   text NOT NULL,
    -- What fills the template; emptied when the mail has left.
    fields      jsonb NOT NULL,
    created_at  timestamptz NOT NULL,
    -- Not tried before; while somebody sends it, until when it is theirs.
    due_at      timestamptz NOT NULL,
    attempts    integer NOT NULL DEFAULT 0,
    sent_at     timestamptz,
    failed_at   timestamptz,
    last_error  text,
    CHECK (sent_at IS NULL OR failed_at IS NULL)
);
CREATE INDEX outbox_due ON innovation.outbox (due_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_of_person ON innovation.outbox (person_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.outbox TO falaj_portal;
