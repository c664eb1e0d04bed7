"""What a monitor looks at: scope, board, grid, progress of plans, a unit's year.

May import access, obligations and rates.
"""
