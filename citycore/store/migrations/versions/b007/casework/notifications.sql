-- What somebody was told, or would have been mailed: what it is about in both languages, and where one acts. No text of a mail.
CREATE TABLE innovation.notifications (
    -- That of the mail, where there is one.
    notification_id  uuid PRIMARY KEY,
    person_id        uuid NOT NULL REFERENCES innovation.people (person_id),
    template         text NOT NULL,
    subject_ar       text NOT NULL,
    subject_en       text NOT NULL,
    -- What it belongs to, such as the title of a need; '' if the subject says it.
    about            text NOT NULL,
    -- A page of the portal without its mount; NULL where the mail's link carries a secret, or there is none.
    path             text,
    told_at          timestamptz NOT NULL,
    read_at          timestamptz,
    -- For the mail of the day.
    waits            boolean NOT NULL
);
CREATE INDEX notifications_of_person ON innovation.notifications (person_id, told_at DESC, notification_id);
CREATE INDEX notifications_unread ON innovation.notifications (person_id) WHERE read_at IS NULL;
CREATE INDEX notifications_waiting ON innovation.notifications (person_id) WHERE waits;
CREATE INDEX notifications_told ON innovation.notifications (told_at);

-- How somebody wants what may be left out; without a row it is mailed at once.
CREATE TABLE innovation.mail_choices (
    person_id  uuid PRIMARY KEY REFERENCES innovation.people (person_id),
    choice     text NOT NULL CHECK (choice IN ('at_once', 'daily', 'none')),
    -- The day of the city on which the mail of the day was last looked for.
    told_on    date NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.notifications, innovation.mail_choices TO falaj_portal;
