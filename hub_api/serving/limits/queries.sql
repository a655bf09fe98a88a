-- reserve --
-- A part of what is left of a window for all processes, at least one request, at most all that is left.
INSERT INTO api_windows AS kept (subject, window_start, window_seconds, reserved, granted)
VALUES (%(subject)s, %(window_start)s, %(seconds)s,
        greatest(1, %(quota)s::integer / %(divisor)s::integer), greatest(1, %(quota)s::integer / %(divisor)s::integer))
ON CONFLICT (subject, window_seconds, window_start) DO UPDATE SET
    granted = least(greatest(1, (%(quota)s - kept.reserved) / %(divisor)s), greatest(0, %(quota)s - kept.reserved)),
    reserved = kept.reserved
        + least(greatest(1, (%(quota)s - kept.reserved) / %(divisor)s), greatest(0, %(quota)s - kept.reserved))
RETURNING granted, reserved

-- forget_windows --
-- Windows that are over.
DELETE FROM api_windows WHERE window_start + window_seconds < %(now)s
