"""The bare function beside which a cold start of the function is measured: it makes the floor's clients."""

from benchmarks.floor import make_floor

handler = make_floor().handle
