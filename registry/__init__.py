"""The register: one record for each organization, derived from claims and from answers."""

from __future__ import annotations

from registry.settling import Settled, differences, rebuild, settle
from registry.statements import Owner

__all__ = ["Owner", "Settled", "differences", "rebuild", "settle"]
