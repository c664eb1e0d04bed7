"""Plan files: read, check, compare and load them; what a loaded plan says of days and reporters.

May import audit, files, reminders (ladders) and units.
"""
