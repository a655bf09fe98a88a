"""What an agency needs, and how it is published: questions and answers to all, addenda, who opens the responses."""
