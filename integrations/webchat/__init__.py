"""Signed webhooks in and out: a web chat, a contact form, or any system that speaks Standard Webhooks."""
