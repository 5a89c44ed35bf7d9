"""For scrapyd-deploy, which builds an egg with `python setup.py`; the rest is in pyproject.toml."""

from setuptools import setup

setup(zip_safe=False)
