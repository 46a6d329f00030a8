"""Viva Engage, formerly Yammer: a community as the chat of staff, and as a place that is listened to."""
