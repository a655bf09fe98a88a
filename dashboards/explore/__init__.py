"""What was, and how does it compare?"""
