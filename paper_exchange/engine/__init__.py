"""The matching engine: orders, books, triggers, order lists and the money they move."""
