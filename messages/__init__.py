"""Texts in the reader's language: the catalogue of messages; dates and numbers as each language has them.

Message ids are English. It imports none of the other packages.
"""
