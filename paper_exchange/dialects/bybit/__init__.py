"""Bybit's V5 API as it is on the wire: spot, linear and inverse of a unified account under /v5."""
