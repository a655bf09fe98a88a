-- page --
-- Rows of a list in an order, from a place on. The noun's own statement says which there are.
SELECT listed.*, sorted_by AS place FROM (
statement_of_a_noun
) AS listed WHERE (conditions_met) ORDER BY sorted_by in_order, listed.key_of_row in_order LIMIT %(rows)s

-- counts --
-- How many there are of each value.
SELECT counted_by, count(*) FROM (
statement_of_a_noun
) AS listed WHERE (conditions_met) GROUP BY 1

-- total --
-- How many there are, up to a number.
SELECT count(*) FROM (SELECT FROM (
statement_of_a_noun
) AS listed WHERE (conditions_met) LIMIT %(most)s) AS few

-- some --
-- Those with these keys.
SELECT listed.* FROM (
statement_of_a_noun
) AS listed WHERE listed.key_of_row = ANY (%(keys)s::type_of_key[])
