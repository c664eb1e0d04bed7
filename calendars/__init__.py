"""When: working days, reporting periods, due rules and the deadlines that follow from them.

Pure: nothing here reads the clock, a file or a database, and nothing here imports another package of dondoc.
"""
