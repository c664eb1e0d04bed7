"""Drafts of plans: cards with the words of a document, what a person decides about each, the plan they make.

Nothing here reads documents; what was read comes as plain values.
"""
