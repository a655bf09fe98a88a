"""Answers that nobody can join to who gave them: a box takes them, is closed, and is mixed before anybody reads."""
