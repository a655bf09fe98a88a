"""Teams: found and looked for by everybody, run by their captain, looked after by organisers."""
