"""Pages and open data of surveys: what is asked, what was found, and the desk of those who ask."""
