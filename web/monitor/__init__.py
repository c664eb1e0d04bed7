"""The monitor's pages: what needs a hand, the chain, the grid, the rates, and the chase."""
