"""What the wires of all of Binance's products have in common: keys, windows, parameters, limits, the form of errors."""
