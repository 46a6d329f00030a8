"""One copy of the bot, with nobody to agree with."""
