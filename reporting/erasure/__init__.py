"""Deleting a person's data: what ends with it, and every text in which it stands."""
