-- The people's choice without who chose what ---------------------------------------------

-- That somebody has voted, so that nobody votes twice.
CREATE TABLE innovation.voters (
    hackathon_id  uuid NOT NULL REFERENCES innovation.hackathons (hackathon_id),
    person_id     uuid NOT NULL REFERENCES innovation.people (person_id),
    PRIMARY KEY (hackathon_id, person_id)
);
CREATE INDEX voters_of ON innovation.voters (person_id);
-- How many votes a submission has; of whom, nobody knows.
CREATE TABLE innovation.vote_counts (
    submission_id  uuid PRIMARY KEY REFERENCES innovation.submissions (submission_id),
    votes          bigint NOT NULL CHECK (votes > 0)
);

INSERT INTO innovation.voters SELECT hackathon_id, person_id FROM innovation.votes;
INSERT INTO innovation.vote_counts
SELECT submission_id, count(*) FROM innovation.votes AS vote
WHERE NOT EXISTS (SELECT FROM innovation.submissions AS own JOIN innovation.team_members AS member USING (team_id)
                  WHERE own.submission_id = vote.submission_id AND member.person_id = vote.person_id
                    AND member.state = 'member')
  AND NOT EXISTS (SELECT FROM innovation.submissions AS own JOIN innovation.team_mentors AS mentor USING (team_id)
                  WHERE own.submission_id = vote.submission_id AND mentor.person_id = vote.person_id)
GROUP BY submission_id;

-- One vote a person, none for one's own team; told once voting has closed.
CREATE OR REPLACE VIEW innovation.peoples_choice AS
SELECT hackathon_id, submission_id, votes, rank() OVER (PARTITION BY hackathon_id ORDER BY votes DESC) AS place
FROM innovation.vote_counts
JOIN innovation.public_submissions USING (submission_id)
JOIN innovation.ballots USING (hackathon_id)
WHERE closes_at <= now();
DROP TABLE innovation.votes;

GRANT SELECT, INSERT, DELETE ON innovation.voters TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON innovation.vote_counts TO falaj_portal;
