"""A Binance Spot REST server for a laptop and for tests: same answers, no money."""
