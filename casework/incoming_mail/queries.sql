-- is_known --
SELECT EXISTS (SELECT FROM participation.cases WHERE mail_id = %(mail_id)s)

-- followed --
-- The open case of the kind with one of these numbers, whose asker left this address. What is over is not gone on with.
SELECT case_id FROM participation.follow_ups
JOIN participation.case_askers ON case_id = object_id
JOIN participation.cases USING (case_id)
WHERE number = ANY (%(numbers)s::text[]) AND follow_ups.kind = %(kind)s AND email_key = %(email_key)s AND closed_at IS NULL
ORDER BY received_at DESC LIMIT 1

-- mails_since --
-- What came by mail from an address since an instant.
SELECT (SELECT count(*) FROM participation.cases JOIN participation.case_askers USING (case_id)
        WHERE email_key = %(email_key)s AND channel = 'email' AND received_at > %(since)s)
     + (SELECT count(*) FROM participation.case_messages AS message JOIN participation.case_askers USING (case_id)
        WHERE email_key = %(email_key)s AND message.channel = 'email' AND message.sent_at > %(since)s)
