-- Written by the organisers of the hackathon in the name of the agency: it needs no approval.
ALTER TABLE innovation.challenges ADD COLUMN by_organisers boolean NOT NULL DEFAULT false;
