"""Meta's Graph API, for the networks reached through it: calls, errors, webhooks, cursors, and what a check looks at."""
