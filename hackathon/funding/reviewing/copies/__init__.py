"""What reviewers read instead of an application: a copy of what is listed, looked at by somebody and released."""
