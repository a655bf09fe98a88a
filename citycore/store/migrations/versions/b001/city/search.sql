-- Text made comparable for search; `normalise_text` of citycore/normalisation.py says the same.
-- The built-in collation makes it independent of the server's locale, and with that immutable.
CREATE FUNCTION normalise_text(written text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN btrim(regexp_replace(translate(lower(regexp_replace(
        normalize(written, NFKD) COLLATE "pg_c_utf8",
        '[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed\u0640\u0621\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff''\u2018-\u201b\u02bb-\u02bf`]',
        '', 'g')),
        'ىةٱکیۍےہھەۀۃڪς٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', 'يهاكيييهههههكσ01234567890123456789'),
        '[\u0001-\u0020\u0085\u1680\u2028\u2029\u2010-\u2015\u2212\-_.,;:/\u060c\u061b\u06d4\u00b7]+', ' ', 'g'), ' ');

-- Similar text is found by index, in any script.
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
