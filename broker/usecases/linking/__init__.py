"""Whether two speak of one person: possible matches, disputes, merges and their undoing."""
