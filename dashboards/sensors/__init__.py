"""Which sensors can be trusted?"""
