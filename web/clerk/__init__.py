"""The clerk's pages: a report handed in by link or signed in, its page with its history, the unit's year."""
