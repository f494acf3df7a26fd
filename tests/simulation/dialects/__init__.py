"""The wires of the venues that the simulated exchange speaks."""
