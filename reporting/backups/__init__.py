"""Backups: the database with the files of reports, in one archive that anybody can open (tar, SHA256SUMS).

Knows settings, the database and the store of files; of other rooms only `files`.
"""
