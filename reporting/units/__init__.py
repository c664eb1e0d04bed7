"""Units and contacts: the hierarchy, its versions in time, and the files they are loaded from.

May import audit, files and user_text.
"""
