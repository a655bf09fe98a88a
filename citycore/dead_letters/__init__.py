"""Dead letters as those see them who look after them: the command line and the API.

Ingest writes them and its housekeeping bounds them; here they are found, sent once more on
their own topic, or set aside.
"""
