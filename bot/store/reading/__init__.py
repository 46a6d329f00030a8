"""Questions that change nothing: the queue, reports and what a report says."""
