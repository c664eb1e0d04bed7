"""Is the installation well: heartbeats, findings, the check-up of `dondoc doctor`, alerts.

May import plans, reminders and special_days.
"""
