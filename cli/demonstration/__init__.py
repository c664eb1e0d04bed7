"""The demonstration: a reporting year of a province lived through with a simulated clock."""
