"""placeholder"""

from replica.answers import Site, missing


def build() -> Site:
    return Site(name="klasterlogtrans", base="http://klasterlogtrans.pl", not_found=missing("x"))
