"""The jury's pages: the judge's desk and score sheets, and the organiser's desk for judges and who judges what."""
