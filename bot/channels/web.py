"""The web page: a channel whose platform is ourselves.

Delivered means in the visitor's feed; an open page follows it, one that comes back reads what it missed.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from bot.channels import Door, Feed, Part
from bot.channels.web_api import Allowance, routes
from bot.channels.web_feed import NAME, LiveFeed
from bot.channels.web_server import serve
from bot.channels.web_site import SecureHeaders, Site
from bot.clock import Clock
from bot.errors import Permanent, Retryable, Unavailable, Unreadable
from bot.messages import Reply


class WebChannel:
    """The page on the one port, beside `others` (health, webhooks). `words` has the sentence `too_long`."""

    name = NAME

    def __init__(
        self,
        site: Site,
        feed: Feed,
        clock: Clock,
        words: Mapping[str, str],
        *,
        files: Path,
        others: Sequence[BaseRoute] = (),
        started: Callable[[str], None] = lambda _: None,
        allowance: Allowance | None = None,
    ) -> None:
        """Attached files lie below `files`. `started` is called with the page's address once it can be opened."""
        self._site, self._clock, self._words, self._files = site, clock, words, files
        self._others, self._started, self._allowance = others, started, allowance
        self._feed = LiveFeed(feed)

    def render(self, reply: Reply, *, replaces: str | None = None) -> tuple[Part, ...]:
        part: Part = {
            "action": "edit" if replaces else "send",
            "message": replaces,
            "handler": reply.handler,
            "blocks": [{"style": block.style.value, "text": block.text} for block in reply.blocks],
            "buttons": [[{"id": button.id, "label": button.label} for button in row] for row in reply.buttons],
            "code": reply.begins_keeping,
            "files": [{"name": file.name, "mime": file.mime, "path": file.path} for file in reply.attachments],
        }
        return (part,)

    async def deliver(self, address: str, part: Part, *, key: str, repeat: bool = False) -> str | None:
        now = self._clock.now()
        try:
            id_ = await self._feed.append(address, key, part | {"at": now.isoformat()}, now)
        except Unavailable as error:
            raise Retryable("the feed cannot be written") from error
        except Unreadable as error:
            raise Permanent("what is kept of this visitor is damaged") from error
        if not id_:
            raise Permanent("nothing is known of this visitor", recipient_gone=True)
        return str(id_)

    async def run(self, door: Door) -> None:
        await serve(self.app(door), self._site, started=self._started, stopping=self._feed.end)

    def app(self, door: Door) -> Starlette:
        """Everything that is served on the port."""
        page = routes(
            door, self._feed, self._site, self._clock, self._words, files=self._files, allowance=self._allowance
        )
        return Starlette(routes=[*self._others, *page], middleware=[Middleware(SecureHeaders)])
