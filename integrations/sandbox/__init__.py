"""A stand-in for the outside world: tests, the demo and staff practice run against it, with nothing leaving the machine."""
