"""What data are there, and how does one get them?"""
