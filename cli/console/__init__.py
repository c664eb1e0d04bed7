"""What every command starts from and speaks through: settings, clock, database, language, help, misuse.

No command lives here, and nothing here knows one.
"""
