"""The real protocol against simulated outsides, under a virtual clock and one seed."""
