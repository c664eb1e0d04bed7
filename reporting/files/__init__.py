"""Files that come in: uploads and CSV tables.

Imports no other room.
"""
