"""One contract for every chat: each brings a bench, and the same tests drive them all."""
