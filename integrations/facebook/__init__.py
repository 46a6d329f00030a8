"""A Facebook Page: comments, visitors' posts, mentions, reviews, and its messages on Messenger."""
