"""Signing in, single sign-on, passwords, one's own page, and the administration of accounts."""
