"""Other people's servers, small, on loopback ports: what networks' adapters are tried against."""
