"""Flickr: comments on the account's photos, by Flickr's API."""
