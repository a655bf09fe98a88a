"""The report of the dashboards by mail, at times that its reader has chosen."""
