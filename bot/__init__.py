"""The core: what a mention is, and who may do what to it. Knows no chat product and no network."""
