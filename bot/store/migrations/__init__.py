"""The steps that bring a database's schema to this version's, run by `upgrade`."""

HEAD = "0002"
"""The revision this program works with; the last of `versions/`."""
