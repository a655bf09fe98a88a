"""Who may do or see what: roles in scopes, and pure functions over them."""
