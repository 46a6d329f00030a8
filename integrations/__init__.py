"""The outside systems Tolbooth speaks to: one folder and one line each. Imported on first use."""

import logging

from bot.registry import Entry

NETWORKS = {
    "webchat": Entry("integrations.webchat.network:build", "integrations.webchat.settings:WebchatAccount"),
    "x": Entry("integrations.x.network:build", "integrations.x.settings:XAccount"),
}
CHATS = {
    "slack": Entry(
        "integrations.slack.chat:build", "integrations.slack.settings:SlackSettings", "integrations.slack.manifest:manifest"
    ),
}
MESSENGERS = {
    "notify": Entry("integrations.notify.sender:build", "integrations.notify.settings:NotifySettings"),
    "twilio": Entry("integrations.twilio.sender:build", "integrations.twilio.settings:TwilioSettings"),
    "smtp": Entry("integrations.smtp.sender:build", "integrations.smtp.settings:SmtpSettings"),
}
PEERS = {
    "alone": Entry("integrations.alone.peers:build"),
    "redis": Entry("integrations.redis.peers:build"),
}
DEMO = Entry("integrations.sandbox.demo:play", "integrations.sandbox.demo:DemoOptions")
QUIET = {
    "slack_bolt": logging.WARNING,
    "slack_sdk": logging.WARNING,
    "tweepy": logging.WARNING,
    "oauthlib": logging.WARNING,
    "requests_oauthlib": logging.WARNING,
    "urllib3": logging.WARNING,
    "aiosmtplib": logging.WARNING,
}
"""Libraries that would log bodies or headers: never below these levels, whatever is asked for."""
