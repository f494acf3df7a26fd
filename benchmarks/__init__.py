"""How fast and how small the function is, compared with the least that the same work can cost, and with bars."""
