"""What is sent: one change a message, signed as Standard Webhooks describes."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from standardwebhooks import Webhook

from feeds.items import change_view
from feeds.views import moment
from models.changes import ChangeRecord, cursor_at

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Message:
    """One message. id: the same whenever it is sent again. body: the same bytes, too."""

    id: str
    body: str

    def headers(self, secret: str, now: datetime) -> dict[str, str]:
        """What proves that we sent it, now. secret: the subscriber's."""
        return {
            "webhook-id": self.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(self.id, now, self.body),
        }


def new_secret() -> str:
    """A secret for one subscriber: whsec_ and random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def change_message(record: ChangeRecord, epoch: str) -> Message:
    """A change. Its id tells it from any other, also of a database that was set back."""
    facts = (epoch, record.seq, record.item_id, record.op, record.version, record.recorded_at)
    view = change_view(record)
    kind = f"{record.kind}.{record.op}"
    return Message(_id("msg", *facts), _body(kind, record.recorded_at, view))


def reset_message(epoch: str, position: int, since: datetime) -> Message:
    """The database was rebuilt or set back: read everything again, then go on from a cursor."""
    data = {
        "reason": "the database was rebuilt: read everything again",
        "cursor": cursor_at(epoch, position),
    }
    return Message(_id("reset", epoch, position, since), _body("reset", since, data))


def ping_message(now: datetime) -> Message:
    """Nothing happened; whether it arrives is the question."""
    return Message(f"ping_{secrets.token_hex(12)}", _body("ping", now, {}))


def _id(kind: str, *facts: object) -> str:
    return f"{kind}_{sha256(repr([str(fact) for fact in facts]).encode()).hexdigest()[:32]}"


def _body(kind: str, when: datetime, data: Mapping[str, Any]) -> str:
    content = {"type": kind, "timestamp": moment(when), "data": data}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
