"""Is the city all right?"""
