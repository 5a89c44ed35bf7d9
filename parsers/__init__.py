"""Reading pages: (html bytes, url) -> items. Pure: no network, no database, no clock."""
