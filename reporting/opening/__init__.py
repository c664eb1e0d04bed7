"""Open the obligations of a plan, move their deadlines, hand them to successors, retire them.

May import audit, plans and units.
"""
