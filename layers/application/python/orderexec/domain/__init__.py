"""What is true of signals, orders and rules anywhere: pure values and functions, no I/O, no clock."""
