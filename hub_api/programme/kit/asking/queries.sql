-- access_token --
-- What its owner called a token.
SELECT name, name FROM innovation.access_tokens WHERE token_id = %(object_id)s

-- passkey --
-- What its owner called a passkey.
SELECT name, name FROM innovation.passkeys WHERE passkey_id = %(object_id)s

-- second_factor --
-- Whose they are.
SELECT name_ar, name_en FROM innovation.people WHERE person_id = %(object_id)s

-- account --
-- Whose account it is.
SELECT name_ar, name_en FROM innovation.people WHERE person_id = %(object_id)s

-- applicant --
-- Who applies with others.
SELECT coalesce(person.name_ar, person.name_en, applicant.email), coalesce(person.name_en, person.name_ar, applicant.email)
FROM innovation.applicants AS applicant LEFT JOIN innovation.people AS person USING (person_id)
WHERE applicant.applicant_id = %(object_id)s

-- award --
-- What is funded; before there is an award, what was applied for.
SELECT award.title_ar, award.title_en FROM innovation.funding_awards AS award WHERE award.award_id = %(object_id)s
UNION ALL
SELECT application.title, application.title FROM innovation.applications AS application
WHERE application.application_id = %(object_id)s

-- call --
-- A call for applications.
SELECT title_ar, title_en FROM innovation.calls WHERE call_id = %(object_id)s

-- certificate --
-- What is certified, and to whom.
SELECT concat_ws(' – ', certificate.occasion_ar, coalesce(person.name_ar, person.name_en)),
       concat_ws(' – ', certificate.occasion_en, coalesce(person.name_en, person.name_ar))
FROM innovation.certificates AS certificate JOIN innovation.people AS person USING (person_id)
WHERE certificate.certificate_id = %(object_id)s

-- claimed --
-- How much is claimed, in the smallest unit of its currency.
SELECT claim.amount_minor, call.currency
FROM innovation.claims AS claim
JOIN innovation.funding_awards AS award USING (award_id) JOIN innovation.calls AS call USING (call_id)
WHERE claim.claim_id = %(object_id)s

-- hackathon --
-- A hackathon.
SELECT title_ar, title_en FROM innovation.hackathons WHERE hackathon_id = %(object_id)s

-- introduction --
-- The need that somebody is introduced for.
SELECT need.title_ar, need.title_en
FROM innovation.introductions AS introduction JOIN innovation.needs AS need USING (need_id)
WHERE introduction.introduction_id = %(object_id)s

-- judge --
-- Who judges, and where.
SELECT concat_ws(' – ', coalesce(person.name_ar, person.name_en), hackathon.title_ar),
       concat_ws(' – ', coalesce(person.name_en, person.name_ar), hackathon.title_en)
FROM innovation.judges AS judge
JOIN innovation.people AS person USING (person_id) JOIN innovation.hackathons AS hackathon USING (hackathon_id)
WHERE judge.judge_id = %(object_id)s

-- membership --
-- Who belongs to an organisation, and to which.
SELECT concat_ws(' – ', coalesce(person.name_ar, person.name_en, membership.email),
                 coalesce(organisation.name_ar, organisation.name_en)),
       concat_ws(' – ', coalesce(person.name_en, person.name_ar, membership.email),
                 coalesce(organisation.name_en, organisation.name_ar))
FROM innovation.memberships AS membership
JOIN innovation.organisations AS organisation USING (organisation_id)
LEFT JOIN innovation.people AS person USING (person_id)
WHERE membership.membership_id = %(object_id)s

-- organisation --
-- An organisation.
SELECT name_ar, name_en FROM innovation.organisations WHERE organisation_id = %(object_id)s

-- pilot --
-- What is tried in the city.
SELECT title_ar, title_en FROM innovation.pilots WHERE pilot_id = %(object_id)s

-- response --
-- The need that is answered; whose answer it is may still be sealed.
SELECT need.title_ar, need.title_en
FROM innovation.responses AS response JOIN innovation.needs AS need USING (need_id)
WHERE response.response_id = %(object_id)s

-- review --
-- The call; what is reviewed may be hidden.
SELECT call.title_ar, call.title_en FROM innovation.reviews AS review JOIN innovation.calls AS call USING (call_id)
WHERE review.review_id = %(object_id)s

-- reviewer --
-- Who reviews, and for which call.
SELECT concat_ws(' – ', coalesce(person.name_ar, person.name_en), call.title_ar),
       concat_ws(' – ', coalesce(person.name_en, person.name_ar), call.title_en)
FROM innovation.reviewers AS reviewer
JOIN innovation.people AS person USING (person_id) JOIN innovation.calls AS call USING (call_id)
WHERE reviewer.reviewer_id = %(object_id)s

-- role --
-- Who holds it.
SELECT name_ar, name_en FROM innovation.people WHERE person_id = %(object_id)s

-- sheet --
-- What is judged.
SELECT submission.title, submission.title
FROM innovation.sheets AS sheet JOIN innovation.submissions AS submission USING (submission_id)
WHERE sheet.sheet_id = %(object_id)s

-- submission --
-- What a team works on, or the team while it has no title.
SELECT coalesce(nullif(submission.title, ''), team.name), coalesce(nullif(submission.title, ''), team.name)
FROM innovation.submissions AS submission JOIN innovation.teams AS team USING (team_id)
WHERE submission.submission_id = %(object_id)s

-- team --
-- A team.
SELECT name, name FROM innovation.teams WHERE team_id = %(object_id)s

-- team_key --
-- The team whose key it is.
SELECT name, name FROM innovation.teams WHERE team_id = %(object_id)s

-- team_member --
-- Who belongs to a team, and to which.
SELECT concat_ws(' – ', coalesce(person.name_ar, person.name_en, member.email), team.name),
       concat_ws(' – ', coalesce(person.name_en, person.name_ar, member.email), team.name)
FROM innovation.team_members AS member
JOIN innovation.teams AS team USING (team_id) LEFT JOIN innovation.people AS person USING (person_id)
WHERE member.member_id = %(object_id)s
