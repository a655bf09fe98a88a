-- Whether an offering is listed is asked row by row, in the order of the index, and only as far as a page goes.
CREATE OR REPLACE VIEW open_innovation.offerings WITH (security_barrier) AS
SELECT offering.offering_id, offering.vendor_id, told.vendor_ar, told.vendor_en, told.is_sme, offering.submission_id,
       told.number, told.published_at, told.title_ar, told.title_en, told.summary_ar, told.summary_en, told.sectors,
       told.capabilities, told.standards, told.maturity, told.price_band, told.governorates, told.languages,
       told."references", encode(told.digest, 'hex') AS sha256
FROM innovation.offerings AS offering
CROSS JOIN LATERAL (
    SELECT * FROM innovation.listed_offerings AS listed WHERE listed.offering_id = offering.offering_id LIMIT 1
) AS told
ORDER BY offering.offering_id;
