-- which_one --
-- One datastream.
datastream_id = %(datastream)s

-- which_many --
-- Several datastreams of one type.
datastream_id = ANY(%({numbers})s)

-- one --
-- The one datastream, of rows of the archive.
%(datastream)s::int4

-- each --
-- Each row's.
archived.datastream_id

-- flags_any --
-- Every quality.
true

-- flags_some --
-- The qualities that were asked for.
quality = ANY(%(qualities)s)

-- moment --
-- When it was observed; an instant that no answer can say, of an older hub, becomes the first or last that it can.
least(greatest(row.moment, '0001-01-02T00:00:00Z'), '9999-12-30T00:00:00Z')

-- after_asc --
-- Behind the row that a cursor names, where the window begins at its instant.
NOT (row.moment = %(after)s::timestamptz AND row.datastream_id <= %(after_datastream)s::int4)

-- after_desc --
-- Before the row that a cursor names, where the window ends with its instant.
NOT (row.moment = %(after)s::timestamptz AND row.datastream_id >= %(after_datastream)s::int4)

-- after_none --
-- The first page.
true

-- csv_plain --
-- As PostgreSQL writes it.
{value}

-- csv_words --
-- As citycore.spreadsheets.inert: a category that looks like a formula gets an apostrophe.
CASE
    WHEN {value} ~ '^[-=+@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]'
         AND {value} !~ '^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$'
    THEN '''' || {value}
    ELSE {value}
END

-- csv_instant --
-- To the microsecond, as it is stored.
to_char({value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')

-- csv_second --
-- Buckets begin with whole seconds.
to_char({value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')

-- csv_truth --
-- The words that every reader knows.
CASE WHEN {value} THEN 'true' ELSE 'false' END

-- json_plain --
-- Numbers of PostgreSQL are numbers of JSON, but for those of an older hub that JSON has no word for.
coalesce(nullif(nullif(nullif({value}::text, 'NaN'), 'Infinity'), '-Infinity'), 'null')

-- json_instant --
-- As in CSV, quoted.
to_char({value} AT TIME ZONE 'UTC', '\"YYYY-MM-DD"T"HH24:MI:SS.US"Z"\"')

-- json_quoted --
-- Text of any kind.
coalesce(to_json({value}::text)::text, 'null')

-- json_truth --
-- As PostgreSQL casts it: true or false.
coalesce({value}::text, 'null')

-- json_point --
-- A position.
'[' || row.longitude || ',' || row.latitude || ']'

-- json_spoken --
-- A name in both languages.
'{{"en":' || to_json({english}::text)::text || ',"ar":' || to_json({arabic}::text)::text || '}}'

-- json_mixed --
-- The result of whichever type the row has.
CASE WHEN row.result IN ('NaN', 'Infinity', '-Infinity') THEN 'null' ELSE
    coalesce(row.result::text, to_json(row.result_text)::text, '[' || row.longitude || ',' || row.latitude || ']', 'null') END

-- geometry_raw --
-- Where a value was observed: its own position, or where the thing stands.
coalesce(
    '{{"type":"Point","coordinates":[' || coalesce(row.longitude, named.longitude) || ','
        || coalesce(row.latitude, named.latitude) || ']}}',
    'null')

-- geometry_standing --
-- Where the thing stands.
coalesce('{{"type":"Point","coordinates":[' || named.longitude || ',' || named.latitude || ']}}', 'null')

-- binary_plain --
-- Never NULL.
{value}

-- binary_number --
-- NaN stands for NULL, so that all rows have the same length; no NaN is ever stored.
coalesce({value}::float8, 'NaN')

-- binary_count --
-- -1 stands for NULL.
coalesce({value}::int4, -1)

-- binary_text --
-- Texts differ in length anyway.
{value}

-- form_csv --
-- Lines of CSV.
FORMAT csv

-- form_lines --
-- Lines as they are: what CSV would quote or escape occurs in no JSON.
FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01'

-- form_binary --
-- PostgreSQL's own binary rows.
FORMAT binary
