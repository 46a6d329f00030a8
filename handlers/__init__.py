"""One file for each thing asked of the bot."""
