-- one --
SELECT subject, text FROM innovation.mail_texts WHERE template = %(template)s AND language = %(language)s

-- changed --
SELECT DISTINCT template FROM innovation.mail_texts

-- write --
INSERT INTO innovation.mail_texts (template, language, subject, text, changed_at)
VALUES (%(template)s, %(language)s, %(subject)s, %(text)s, %(at)s)
ON CONFLICT (template, language) DO UPDATE
SET subject = EXCLUDED.subject, text = EXCLUDED.text, changed_at = EXCLUDED.changed_at

-- forget --
DELETE FROM innovation.mail_texts WHERE template = %(template)s
