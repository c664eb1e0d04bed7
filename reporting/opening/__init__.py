"""Open the obligations of a plan, follow changes of its dates and units, retire it.

May import audit, plans and units.
"""
