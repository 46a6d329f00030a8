"""Open311: what the public reports of streets and places, read from FixMyStreet and other systems of councils."""
