"""What somebody typed into a form and has not sent yet: theirs alone, for some days."""
