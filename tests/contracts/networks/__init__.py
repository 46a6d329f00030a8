"""One contract for every network: each brings a bench, and the same tests drive them all."""
