-- count --
-- One more attempt in the window that is open, or the first of a new one.
INSERT INTO innovation.attempts AS known (action, subject, count, began_at)
VALUES (%(action)s, %(subject)s, 1, %(at)s)
ON CONFLICT (action, subject) DO UPDATE SET
    count = CASE WHEN known.began_at <= %(open_since)s THEN 1 ELSE least(known.count + 1, 1000000) END,
    began_at = CASE WHEN known.began_at <= %(open_since)s THEN EXCLUDED.began_at ELSE known.began_at END
RETURNING count, began_at

-- look --
-- How many there were in the window that is open.
SELECT count, began_at FROM innovation.attempts
WHERE action = %(action)s AND subject = %(subject)s AND began_at > %(open_since)s

-- forget --
-- It was right at last.
DELETE FROM innovation.attempts WHERE action = %(action)s AND subject = %(subject)s

-- take_back --
-- One attempt of the window that is open was none.
UPDATE innovation.attempts SET count = count - 1
WHERE action = %(action)s AND subject = %(subject)s AND count > 0
