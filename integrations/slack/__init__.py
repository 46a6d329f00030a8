"""Slack, by Socket Mode or signed HTTP: payloads in, cards out, and the manifest to paste."""
