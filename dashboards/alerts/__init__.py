"""What is in trouble, and since when?"""
