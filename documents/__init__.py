"""Documents read into drafts of plans: text, outline, clauses, times, duties; every field with its quote.

By rules alone, offline: nothing is drafted that the text does not hold.
"""
