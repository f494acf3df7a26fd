"""orderexec: each trading signal becomes exactly one order at an exchange, or a dead letter that says why."""
