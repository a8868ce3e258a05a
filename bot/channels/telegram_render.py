"""Replies as Telegram messages: HTML within its limits, buttons, files. Pure.

Telegram counts a text in UTF-16 units, after its markup is parsed. Long replies are parted between blocks, then at the
ends of paragraphs and sentences; what belongs in one box stays in one box if a message can hold it.
"""

import html
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from bot.channels import Part
from bot.messages import Block, Button, Reply, Style

TEXT_MOST = 4096
"""UTF-16 units of one message."""
COPY_MOST = 256
PRESS_MOST = 64
"""Bytes of a button's id."""
_QUOTE_OPEN_MOST = 300
"""Longer quotations are folded to three lines that open with a tap."""
_ROW_WIDTH = 42
"""What fits side by side on a narrow phone, in Latin letters; a Chinese character is as wide as two."""
_ROOM_WORTH_FILLING = 1000
_BOXES = (Style.QUOTE, Style.SCRIPT)
_UNSENDABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINK = re.compile(
    r"(?:https?://|www\.)[!-~]+|(?<![a-z0-9-])(?:[a-z0-9-]{1,63}\.){1,20}[a-z]{2,}(?:/[!-~]*)?",
    re.IGNORECASE | re.ASCII,
)
"""A name begins with a whole label of at most 63 characters; looking further would take time for nothing."""
_ENDS = tuple(
    re.compile(pattern) for pattern in (r"\n\s*\n", r"\n", r"[。！？!?；;…][”’」』）)]*", r"\.\s", r"[，、,：:]", r"\s")
)
_BLANK = ("Cc", "Cf", "Mn", "Zs", "Zl", "Zp")
_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
_LOG = logging.getLogger(__name__)


def render(reply: Reply, *, replaces: str | None = None, copy_label: str) -> tuple[Part, ...]:
    """Parts of a reply: messages, then files. The buttons go with the last message, which is edited in place of the
    message `replaces` if it is the only one."""
    blocks = [Block(text, block.style) for block in reply.blocks if _is_visible(text := cleaned(block.text))]
    texts = [_html(message) for message in _messages(blocks)]
    parts: list[Part] = [{"action": "send", "text": text} for text in texts]
    if replaces and len(parts) == 1:
        parts[0] |= {"action": "edit", "message": replaces}
    files: list[Part] = [
        {"action": "file", "name": file.name, "mime": file.mime, "path": file.path} for file in reply.attachments
    ]
    if keyboard := [*_copying(blocks, copy_label), *_rows(reply.buttons)]:
        for part in (parts or files)[-1:]:
            part["keyboard"] = keyboard
    return (*parts, *files)


def cleaned(text: str) -> str:
    """The text without control characters and lone surrogates, which no JSON and no database takes."""
    return _UNSENDABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def units(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text) + sum(char > "\uffff" for char in text)


def unmarked(text: str) -> str:
    """The bare words of a message, for a server that can't read its markup."""
    return html.unescape(re.sub(r"<[^>]*>", "", text))


# --- messages


def _messages(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """The blocks, parted so that each message is short enough."""
    message: list[Block] = []
    for group in _kept_together(blocks):
        if _size([*message, *group]) <= TEXT_MOST:
            message.extend(group)
        elif _size(group) <= TEXT_MOST:
            yield message
            message = group
        else:
            for block in group:
                for piece in _pieces(block, TEXT_MOST - _size([*message, Block("")])):
                    if message and _size([*message, piece]) > TEXT_MOST:
                        yield message
                        message = []
                    message.append(piece)
    if message:
        yield message


def _kept_together(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Each block alone, titles with what follows them."""
    group: list[Block] = []
    for block in blocks:
        group.append(block)
        if block.style is not Style.TITLE:
            yield group
            group = []
    if group:
        yield group


def _size(message: Sequence[Block]) -> int:
    """At most this many units: the longest gap counts between all blocks."""
    return sum(units(block.text) for block in message) + 2 * max(len(message) - 1, 0)


def _pieces(block: Block, room: int) -> Iterator[Block]:
    """The block cut into pieces; the first one fits into `room` if that is worth it."""
    left = block.text
    if room < _ROOM_WORTH_FILLING:
        room = TEXT_MOST
    while units(left[: room + 1]) > room:
        at = _cut(left, room)
        if _is_visible(left[:at]):
            yield Block(left[:at].rstrip(), block.style)
        left = left[at:].lstrip()
        room = TEXT_MOST
    if _is_visible(left):
        yield Block(left, block.style)


def _cut(text: str, room: int) -> int:
    """Where to cut so that the first piece fits: after a paragraph, a line, a sentence, a clause, a word."""
    most = used = 0
    for char in text:
        used += units(char)
        if used > room:
            break
        most += 1
    for end in _ENDS:
        at = max((match.end() for match in end.finditer(text, 0, most)), default=0)
        if at >= most // 2 and at:
            return at
    at = most
    while at > most - 16 and at > 1 and _is_joined(text[at - 1], text[at]):
        at -= 1
    return at


def _is_joined(before: str, after: str) -> bool:
    """Whether two characters are drawn as one: accents, skin tones, joined pictures."""
    return (
        "\u200d" in (before, after)
        or unicodedata.combining(after) > 0
        or "\ufe00" <= after <= "\ufe0f"
        or "\U0001f3fb" <= after <= "\U0001f3ff"
    )


def _is_visible(text: str) -> bool:
    """Whether Telegram takes it for a text at all."""
    return any(unicodedata.category(char) not in _BLANK and char not in _BLANK_LETTERS for char in text)


def _html(message: Sequence[Block]) -> str:
    out = ""
    for before, block in zip([None, *message], message, strict=False):
        if before:
            out += "\n" if before.style in _BOXES or block.style in _BOXES else "\n\n"
        out += _marked(block)
    return out


def _marked(block: Block) -> str:
    text = html.escape(block.text, quote=False)
    match block.style:
        case Style.TITLE:
            return f"<b>{text}</b>"
        case Style.NOTE:
            return f"<i>{text}</i>"
        case Style.SCRIPT:
            return f"<pre>{text}</pre>"
        case Style.QUOTE:
            tag = "blockquote expandable" if units(block.text) > _QUOTE_OPEN_MOST else "blockquote"
            return f"<{tag}>{_without_live_links(block.text)}</blockquote>"
        case _:
            return text


def _without_live_links(text: str) -> str:
    """Escaped, with links as code: a collector's or swindler's link must not open at a careless tap."""
    out, at = "", 0
    for link in _LINK.finditer(text):
        out += html.escape(text[at : link.start()], quote=False) + f"<code>{html.escape(link[0], quote=False)}</code>"
        at = link.end()
    return out + html.escape(text[at:], quote=False)


# --- buttons


def _copying(blocks: Iterable[Block], label: str) -> list[list[dict[str, str]]]:
    """One button for each script that a button can copy; a longer one is copied by tapping its box."""
    scripts = [
        text for block in blocks if block.style is Style.SCRIPT if units(text := block.text.strip()) <= COPY_MOST
    ]
    if len(scripts) == 1:
        return [[{"label": label, "copy": scripts[0]}]]
    return [[{"label": f"{label} {number}", "copy": script}] for number, script in enumerate(scripts, 1)]


def _rows(rows: Iterable[Iterable[Button]]) -> list[list[dict[str, str]]]:
    """The rows, broken where their labels would be cut short."""
    out: list[list[dict[str, str]]] = []
    for row in rows:
        line: list[dict[str, str]] = []
        widest = 0
        for button in row:
            if not 0 < len(button.id.encode()) <= PRESS_MOST or not button.label.strip():
                _LOG.error("left out a button whose id is empty or longer than %d bytes", PRESS_MOST)
                continue
            label = cleaned(button.label)
            widest = max(widest, _width(label))
            if line and widest * (len(line) + 1) > _ROW_WIDTH:
                out.append(line)
                line, widest = [], _width(label)
            line.append({"label": label, "press": button.id})
        if line:
            out.append(line)
    return out


def _width(label: str) -> int:
    return 2 + sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in label)
