-- running --
-- The first hackathon takes submissions again.
UPDATE innovation.hackathons SET state = 'running', round = 0 WHERE hackathon_id = %(hackathon)s

-- closing --
UPDATE innovation.deadlines SET instant = %(at)s::timestamptz + interval '10 days'
WHERE object_id = %(hackathon)s AND name IN ('submissions_close', 'appeals_close')

-- drafting --
UPDATE innovation.submissions SET state = 'draft', versions = 0, frozen_digest = NULL WHERE submission_id = %(submission)s
