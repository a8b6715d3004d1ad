"""The web: pages for front doors, teams, holders and officers, drawn on the server and whole without
JavaScript."""
