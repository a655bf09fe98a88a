"""The labelled set of matching: 30 needs, 200 offerings, and who would find what useful.

It was written before the code that it measures.
"""
