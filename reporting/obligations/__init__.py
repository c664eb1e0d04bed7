"""Reading obligations: lists, filters, timeliness, one in detail, its history; nothing here changes one.

May import plans (versions) and reminders (ladders).
"""
