"""Who is signed in with a browser: sessions and drafts."""
