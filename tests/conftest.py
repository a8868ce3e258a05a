"""Properties are tried alike everywhere: the same examples each time, and no clock says whether one has held."""

from hypothesis import settings

settings.load_profile("ci")
