"""An Instagram account linked to a Facebook Page: comments on its posts, and where it is named."""
