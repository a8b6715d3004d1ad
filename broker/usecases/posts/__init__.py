"""Staff in their posts: enrolled, covered, leaving."""
