"""What a request says: the path, the query options and the expressions of ``$filter`` and ``$orderby``. Nothing here knows SQL."""
