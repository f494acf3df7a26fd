"""Binance: one protocol for all its products; what differs between them is data."""
