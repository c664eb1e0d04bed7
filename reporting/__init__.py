"""What follows: the pure rules and the operations on units, plans and obligations."""
