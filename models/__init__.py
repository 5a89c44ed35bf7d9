"""The tables, and how to open, run over and read them."""

from __future__ import annotations

from models.asides import Aside
from models.base import Base
from models.claims import (
    KINDS,
    Article,
    Certification,
    Claim,
    Event,
    Organization,
    Relation,
    kind_of,
)
from models.database import open_database, upgrade_database, writing
from models.entries import Entry, Telling
from models.errors import (
    CursorExpired,
    CursorInvalid,
    DatabaseError,
    HostBusy,
    LeaseLost,
    RunInProgress,
    StoreError,
)
from models.history import Change, ItemVersion, Meta, Rejected
from models.hooks import HeldMessage, Subscriber
from models.hosts import (
    HostState,
    acquire_host,
    host_key,
    host_state,
    host_states,
    release_host,
    renew_host,
)
from models.leases import (
    begin_run,
    finish_run,
    heartbeat,
    is_stale,
    latest_runs,
    medians,
)
from models.pages import Body, Capture, Page
from models.registry import Alias, RegisteredOrganization, RegistryChange
from models.runs import COUNTERS, VERDICTS, Run, Source
from models.schedule import Schedule
from models.states import PageState, page_states

__all__ = [
    "COUNTERS",
    "KINDS",
    "VERDICTS",
    "Alias",
    "Article",
    "Aside",
    "Base",
    "Body",
    "Capture",
    "Certification",
    "Change",
    "Claim",
    "CursorExpired",
    "CursorInvalid",
    "DatabaseError",
    "Entry",
    "Event",
    "HeldMessage",
    "HostBusy",
    "HostState",
    "ItemVersion",
    "LeaseLost",
    "Meta",
    "Organization",
    "Page",
    "PageState",
    "RegisteredOrganization",
    "RegistryChange",
    "Rejected",
    "Relation",
    "Run",
    "RunInProgress",
    "Schedule",
    "Source",
    "StoreError",
    "Subscriber",
    "Telling",
    "acquire_host",
    "begin_run",
    "finish_run",
    "heartbeat",
    "host_key",
    "host_state",
    "host_states",
    "is_stale",
    "kind_of",
    "latest_runs",
    "medians",
    "open_database",
    "page_states",
    "release_host",
    "renew_host",
    "upgrade_database",
    "writing",
]
