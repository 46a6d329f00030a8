"""The demo's page: the town in a browser, the desk on the left, the public on the right."""
