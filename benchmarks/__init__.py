"""How fast and how small the function is: beside the least that the same work can cost, and against bars."""
