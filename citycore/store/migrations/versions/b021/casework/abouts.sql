-- What a notification belongs to, in the language in which its page is read.
ALTER TABLE innovation.notifications RENAME COLUMN about TO about_ar;
ALTER TABLE innovation.notifications ADD COLUMN about_en text;
UPDATE innovation.notifications SET about_en = about_ar;
ALTER TABLE innovation.notifications ALTER COLUMN about_en SET NOT NULL;
