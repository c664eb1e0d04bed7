"""Rates: counts of obligations and the shares made of them.

May import obligations.
"""
