"""Reminders and other notices: ladders, schedule, planner, ledger, and the second look before sending.

May import audit and special_days.
"""
