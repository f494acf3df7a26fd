"""The wires of the venues that this program speaks: one package each, which knows no other."""
