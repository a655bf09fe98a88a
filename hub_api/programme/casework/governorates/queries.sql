-- voices --
-- What residents said there, as it was counted month by month; what is suppressed counts nowhere.
SELECT coalesce(sum(received), 0)::bigint AS received, coalesce(sum(put_right), 0)::bigint AS put_right,
       coalesce(sum(not_put_right), 0)::bigint AS not_put_right, min(month) AS first_month, max(month) AS last_month
FROM open_participation.voice_figures WHERE governorate = %(governorate)s

-- reached --
-- What ambassadors did there.
SELECT coalesce(sum(events), 0)::bigint AS events, coalesce(sum(reached), 0)::bigint AS reached
FROM open_innovation.ambassador_reach WHERE governorate = %(governorate)s
