"""The outside systems Tolbooth speaks to: one folder and one line each. Imported on first use."""

import logging
from dataclasses import replace

from bot.registry import Entry


def network(name: str, settings: str) -> Entry:
    """A network by the names every folder has; ``settings`` is the class of its accounts."""
    folder = f"integrations.{name}"
    return Entry(f"{folder}.network:build", f"{folder}.settings:{settings}", facts=f"{folder}.facts:FACTS")


SIGN_IN = "integrations.viva_engage.sign_in:sign_in"
NETWORKS = {
    "bluesky": network("bluesky", "BlueskyAccount"),
    "by_hand": network("by_hand", "ByHandAccount"),
    "facebook": network("facebook", "FacebookAccount"),
    "feed": network("feed", "FeedAccount"),
    "flickr": network("flickr", "FlickrAccount"),
    "instagram": network("instagram", "InstagramAccount"),
    "mastodon": network("mastodon", "MastodonAccount"),
    "notify": network("notify", "NotifyAccount"),
    "open311": network("open311", "Open311Account"),
    "twilio": network("twilio", "TwilioAccount"),
    "viva_engage": replace(network("viva_engage", "VivaEngageAccount"), sign_in=SIGN_IN, shares=True),
    "webchat": network("webchat", "WebchatAccount"),
    "wordpress": network("wordpress", "WordPressAccount"),
    "x": network("x", "XAccount"),
    "youtube": network("youtube", "YouTubeAccount"),
}
CHATS = {
    "slack": Entry(
        "integrations.slack.chat:build", "integrations.slack.settings:SlackSettings", "integrations.slack.manifest:manifest"
    ),
    "viva_engage": Entry(
        "integrations.viva_engage.chat:build",
        "integrations.viva_engage.settings:VivaEngageSettings",
        sign_in=SIGN_IN,
        paper="integrations.viva_engage.paper:paper",
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
    "msal": logging.WARNING,
}
"""Libraries that would log bodies or headers: never below these levels, whatever is asked for."""
