"""Everything that changes an obligation after it was opened: submit, review, extend, close, chase.

Each goes through `transition.move`, with its audit row. May import audit, files, obligations and reminders.
"""
