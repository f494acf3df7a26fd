"""Binance Spot: /api/v3, and of /sapi the permissions of a key. Its documentation is that of binance-spot-api-docs."""
