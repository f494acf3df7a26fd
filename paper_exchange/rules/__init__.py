"""What an order must be to be let in: symbols with their features and filters, and the checks of them."""
