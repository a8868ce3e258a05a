"""The vocabulary that channels, conversations and the store share: what arrives, and what is said.

Pure data. A channel turns what it receives into an `Update` and renders a `Reply` into parts; nothing in between
asks which platform it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

UserId = NewType("UserId", str)
"""Our own random id of a user; says nothing about the person."""


class UpdateKind(StrEnum):
    """What arrived."""

    TEXT = "text"
    """Typed or pasted text; may hold a collection message, a question or an answer."""
    FORWARD = "forward"
    """Text that the platform says was forwarded; `origin` tells what is known of its sender and time."""
    PRESS = "press"
    """A button; `press` is its id."""
    PHOTO = "photo"
    VOICE = "voice"
    FILE = "file"
    UNSUPPORTED = "unsupported"
    """A sticker, a poll, a contact: acknowledged kindly, not read."""
    JOIN = "join"
    """The user opened the conversation (Telegram's /start, a first visit, a subscription)."""
    GONE = "gone"
    """The user blocked the bot or unsubscribed."""
    WORK_DONE = "work_done"
    """A `work` row has finished; `work` tells the outcome."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a forwarded message came from, as far as known."""

    sender: str | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WorkOutcome:
    """How a piece of slow work ended: the name and arguments it was asked with, and its result or failure."""

    name: str
    arguments: dict[str, str]
    result: dict[str, str] | None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """One thing that arrived on a channel.

    `id` is unique within the channel and stays the same when the platform delivers again. `sender` is the platform's
    id of the person and `address` where replies go; both are kept only hashed or encrypted. `text` may be empty but is
    never None for TEXT and FORWARD, and holds no lone surrogates.
    """

    channel: str
    id: str
    sender: str
    address: str
    kind: UpdateKind
    received_at: datetime
    text: str = ""
    press: str | None = None
    pressed_message: str | None = None
    """The platform's id of the message whose button was pressed, so that it can be edited in place."""
    origin: Origin | None = None
    message: str | None = None
    """The platform's id of this message; an edited one names the same message again."""
    edited: bool = False
    file: str | None = None
    """The platform's handle of a photo, a voice message or a file; never the bytes."""
    group: bool = False
    work: WorkOutcome | None = None


class Style(StrEnum):
    """How a block of a reply is to be shown; channels without styles fall back to plain lines."""

    PLAIN = "plain"
    TITLE = "title"
    """The line that says what this is about."""
    QUOTE = "quote"
    """Words of a provision or of the message, verbatim."""
    SCRIPT = "script"
    """Words for the borrower to say or send: one tap copies them."""
    NOTE = "note"
    """A smaller line: the saved number, a source, a limit of what was said."""


@dataclass(frozen=True, slots=True)
class Block:
    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Button:
    """A choice. `id` is short and stable (at most 48 bytes); typing `label` does the same as pressing."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to send: its name, type and where its bytes lie (a path below the data directory)."""

    name: str
    mime: str
    path: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing to be said: blocks of text, rows of buttons, files.

    With `replaces` the message whose button was pressed is edited in place where the channel can do that. A reply with
    `due_at` is a reminder; without, it is due now. Of live rows of one user with the same `dedupe_key` only the last
    one is sent.
    """

    blocks: tuple[Block, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    replaces: bool = False
    due_at: datetime | None = None
    dedupe_key: str | None = None
    handler: str = field(default="", kw_only=True)
    """The conversation that says it; filled in by the turn."""
    begins_keeping: bool = field(default=False, kw_only=True)
    """The user has just agreed that things are kept: a channel without accounts tells how to find them again. Filled in
    by the turn."""

    @property
    def text(self) -> str:
        """All blocks as plain text, a blank line between them."""
        return "\n\n".join(block.text for block in self.blocks)


def say(
    *blocks: str | Block,
    buttons: Iterable[Iterable[Button]] = (),
    replaces: bool = False,
    due_at: datetime | None = None,
    dedupe_key: str | None = None,
    attachments: Iterable[Attachment] = (),
) -> Reply:
    """Make a reply from plain strings and blocks; empty ones are left out."""
    kept = tuple(block if isinstance(block, Block) else Block(block) for block in blocks if block)
    return Reply(
        blocks=tuple(block for block in kept if block.text.strip()),
        buttons=tuple(row for row in map(tuple, buttons) if row),
        attachments=tuple(attachments),
        replaces=replaces,
        due_at=due_at,
        dedupe_key=dedupe_key,
    )
