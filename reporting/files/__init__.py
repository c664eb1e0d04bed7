"""Files that come in and go out: uploads, CSV tables, YAML documents.

Imports no other room.
"""
