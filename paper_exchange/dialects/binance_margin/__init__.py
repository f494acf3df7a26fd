"""Binance Margin, cross and isolated: /sapi/v1/margin. It is Spot's wire with accounts and limits of its own."""
