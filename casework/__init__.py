"""What every programme for people is made of: people, roles, workflows, mails, files. No noun of any programme."""
