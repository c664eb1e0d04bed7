"""Calendar feeds: subscriptions and their rights, events, rendering, and the kept copies.

May import access, audit, units and special_days.
"""
