"""What comes with a post: pictures, films, a link's card, and the post it quotes."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.mention import Media
from integrations.bluesky.wild import mapping, mappings, written

WEB = re.compile(r"https?://\S{1,2000}", re.IGNORECASE)
EMBED = "app.bsky.embed"
MOST = 20


def parts(embed: object) -> Iterator[Mapping[str, Any]]:
    """An embed, or the two that one of them holds: a quoted post with pictures."""
    whole = mapping(embed)
    if kind(whole) == f"{EMBED}.recordWithMedia":
        yield mapping(whole.get("media"))
        yield {"$type": f"{EMBED}.record", **mapping(whole.get("record"))}
    else:
        yield whole


def kind(embed: Mapping[str, Any]) -> str:
    """Its type; the same for the record and for the view of it."""
    return str(embed.get("$type") or "").removesuffix("#view")


def quoted_uri(record: Mapping[str, Any]) -> str:
    """The post that a record quotes; empty when it quotes none."""
    for part in parts(record.get("embed")):
        if kind(part) == f"{EMBED}.record":
            return str(mapping(part.get("record")).get("uri") or "")
    return ""


def embed_words(record: Mapping[str, Any], text: str) -> str:
    """The card of a link that comes with a post, unless the text has the link already."""
    for part in parts(record.get("embed")):
        card = mapping(part.get("external"))
        uri, title = written(card.get("uri")), written(card.get("title"))[:300].strip()
        if kind(part) == f"{EMBED}.external" and WEB.fullmatch(uri) and uri not in text:
            return f"{title}\n{uri}" if title else uri
    return ""


def embed_media(view: Mapping[str, Any], post_url: str) -> tuple[Media, ...]:
    """Pictures and films, with their descriptions. Where the network gave no address of them, that of the post."""
    embeds = view.get("embed") or mapping(view.get("record")).get("embed")
    return tuple(media for part in parts(embeds) for media in media_of(part, post_url))[:MOST]


def media_of(part: Mapping[str, Any], post_url: str) -> Iterator[Media]:
    """The pictures or the film of one embed."""
    if kind(part) == f"{EMBED}.images":
        for picture in mappings(part.get("images")):
            yield Media("photo", address(picture.get("fullsize"), post_url), written(picture.get("alt")))
    elif kind(part) == f"{EMBED}.video":
        yield Media("video", address(part.get("thumbnail"), post_url), written(part.get("alt")))


def address(wild: object, otherwise: str) -> str:
    """Where it can be seen."""
    return wild if isinstance(wild, str) and WEB.fullmatch(wild) else otherwise
