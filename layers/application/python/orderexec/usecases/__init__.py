"""The story of a signal, told with the ports: no I/O of its own."""
