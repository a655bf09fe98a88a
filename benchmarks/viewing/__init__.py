"""How people see the dashboards: a hub of a year, a bare page beside them, a browser, and sessions without one."""
