"""A plan's reporting chain: who waits for whom, how many of each stage have filed.

May import obligations.
"""
