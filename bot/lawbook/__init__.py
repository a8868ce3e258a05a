"""The reference of provisions and dated figures, to look things up in: by norm and number, by words, on a day."""

from bot.lawbook.asking import Asked, Numbered, Reference
from bot.lawbook.book import Found, Lawbook
from bot.lawbook.span import Span

__all__ = ["Asked", "Found", "Lawbook", "Numbered", "Reference", "Span"]
