"""Twilio: text messages to staff the chat did not reach."""
