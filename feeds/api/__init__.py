"""The directory over HTTP."""

from feeds.api.app import create_app

__all__ = ["create_app"]
