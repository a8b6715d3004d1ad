"""HTTP: guard first, closed by default. For now the state of the server, and nothing about anybody."""
