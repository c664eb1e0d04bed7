"""Who may do what: accounts, passwords, sessions, tokens, and the rights that roles give.

May import audit, reminders (the password mail), units and user_text.
"""
