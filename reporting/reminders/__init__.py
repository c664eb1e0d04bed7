"""Who is to be told what: ladders, the planner, the ledger of notices, and their second look.

May import audit and special_days.
"""
