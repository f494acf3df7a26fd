"""Bybit's V5 API: one protocol for spot, linear and inverse; what differs between them is data."""
