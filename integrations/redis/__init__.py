"""Several copies of the bot, agreeing through one Redis; one Redis database for each installation."""
