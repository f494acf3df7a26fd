"""An exchange for a laptop and for tests: it answers as a real venue does, and moves no money."""
