"""The access log: who looked at whose personal data, readable for whom it concerns."""
