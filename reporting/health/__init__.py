"""Is the installation well: heartbeats, findings, the check-up of `dondoc doctor`, alerts.

May import audit, backup_mark, obligations, plans, reminders, special_days, stops and units.
"""
