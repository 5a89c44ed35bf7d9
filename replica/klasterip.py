"""placeholder"""

from replica.answers import Site, missing


def build() -> Site:
    return Site(name="klasterip", base="http://klasterip.pl", not_found=missing("x"))
