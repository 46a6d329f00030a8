"""How long the words of the public are kept, by what they are about."""
