"""How orders, trades, positions and markets are told in Bybit's words."""
