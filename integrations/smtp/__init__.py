"""Your own mail server: e-mails to staff the chat did not reach."""
