"""How kinds of websites are walked: one module per platform, all on `spiders.site`."""
