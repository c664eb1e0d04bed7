"""Accounts, passwords, sessions, API tokens, and the rights that come with roles.

May import audit, reminders (the password mail), units and user_text.
"""
