"""The outside systems Tolbooth speaks to: one folder and one line each. Imported on first use."""

from bot.registry import Entry

NETWORKS = {
    "webchat": Entry("integrations.webchat.network:build", "integrations.webchat.settings:WebchatAccount"),
    "x": Entry("integrations.x.network:build", "integrations.x.settings:XAccount"),
}
CHATS = {
    "slack": Entry("integrations.slack.chat:build", "integrations.slack.settings:SlackSettings"),
}
PEERS = {
    "alone": Entry("integrations.alone.peers:build"),
    "redis": Entry("integrations.redis.peers:build"),
}
