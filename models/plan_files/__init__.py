"""Plan files as pydantic models: the plan, its duties, their stages and fields, and what is wrong with them.

May import messages, calendars and the modules of models/; nothing here knows the database.
"""
