"""Binance Margin, cross and isolated: /sapi/v1/margin. Accounts and limits of its own; orders are those of Spot."""
