"""Yjs updates made beforehand, so that the generator only sends bytes. Run with the peers' own pycrdt:

    python yjs.py CLIENTS EDITS PER_CLIENT OUT

One file: for each client so many updates, each after its length (four bytes). Client `c` writes its own card again and
again, as ours does; the text holds the edit's mark.
"""

import struct
import sys
from pathlib import Path

from pycrdt import Doc, Map


def main() -> None:
    """Write the file."""
    clients, edits, per_client = (int(value) for value in sys.argv[1:4])
    with Path(sys.argv[4]).open("wb") as out:
        for client in range(clients):
            doc = Doc(client_id=client + 1)
            cards = doc.get("cards", type=Map)
            for nth in range(edits):
                before = doc.get_state()
                cards[f"card-{client:04d}"] = (
                    f"An idea for the ferry zq{client * per_client + nth:07d}"
                )
                update = doc.get_update(before)
                out.write(struct.pack("!I", len(update)) + update)


if __name__ == "__main__":
    main()
