"""`python -m replica --port 8931`: serve the four websites until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
import threading

from replica.server import ReplicaServer


def main() -> int:
    """Serve in the foreground. Returns the exit code: 2 where the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m replica", description=__doc__)
    parser.add_argument("--port", type=int, default=8931, help="loopback port (default 8931)")
    port: int = parser.parse_args().port
    try:
        with ReplicaServer(port) as server:
            print(f"The replica answers on {server.address}, by the Host header:")
            for site in server.sites:
                print(f"  {site.base:32} {len(site.addresses):3} addresses")
            print("Look at one page:")
            print(f"  curl -H 'Host: agrobiocluster.pl' http://{server.address}/661/")
            print("Crawl all of it: make crawl (it starts a replica of its own).")
            print("Ctrl-C stops it.", flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        print()
    except OSError as error:
        print(f"Port {port} cannot be served: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
