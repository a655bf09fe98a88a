"""Forms that a hackathon or a call makes up for those who take part. Pure."""
