"""WordPress: comments on the organisation's own site, read and answered through its REST API."""
