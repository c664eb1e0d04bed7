"""Signing in through an OpenID Connect provider of the office's own, where one is set."""
