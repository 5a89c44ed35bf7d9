"""Time zones by the names that calendars, websites and settings give them."""

from __future__ import annotations

from zoneinfo import ZoneInfo


def zone_named(name: str | None) -> ZoneInfo | None:
    """The zone of an IANA name; None where there is none of that name.

    >>> str(zone_named("Europe/Warsaw")), zone_named("Europe/Nowhere"), zone_named("Europe")
    ('Europe/Warsaw', None, None)
    """
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        # "Europe" is a folder of the system's zones: it is found, and cannot be opened.
        return None
