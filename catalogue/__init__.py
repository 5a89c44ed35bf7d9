"""The catalogue: websites (sources/*.yaml) and label schemes (schemes/*.yaml), checked."""

from catalogue.schemes import Scheme, SchemeError, load_schemes
from catalogue.sources import (
    Expectations,
    Mistake,
    Source,
    enabled_sources,
    load_source,
    load_sources,
    source_files,
    sources_folder,
)

__all__ = [
    "Expectations",
    "Mistake",
    "Scheme",
    "SchemeError",
    "Source",
    "enabled_sources",
    "load_schemes",
    "load_source",
    "load_sources",
    "source_files",
    "sources_folder",
]
