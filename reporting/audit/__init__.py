"""The audit log: one row for every change, and its words for people.

Imports no other room.
"""
