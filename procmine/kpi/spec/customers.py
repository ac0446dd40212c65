"""What tells a customer, and from where one is a good one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from procmine.conformance.standard.limits import TimeLimit
from procmine.core.text.spec import Spec


class Cuts(Spec):
    """From where a value is high; the mean over all customers where left out."""

    recency: TimeLimit | None = Field(
        None, description="at most so long since the last case, for example 30 days natural"
    )
    frequency: float | None = Field(None, description="at least so many cases")
    monetary: float | None = Field(None, description="at least so much")


class Customers(Spec):
    """Which attributes of a case tell the customer, their worth, and what they come for."""

    customer: str = Field(description="attribute that names the customer")
    monetary: str = Field("", description="attribute that holds their worth")
    per: Literal["case", "customer"] = Field(
        "customer", description="whether worth is told per case (summed) or customer"
    )
    topic: str = Field("", description="attribute that names what they come for: the cause")
    channel: str = Field("", description="attribute that names the channel")
    days: int = Field(30, ge=1, description="within how many days a contact counts as a repeat")
    cuts: Cuts = Field(default_factory=Cuts, description="from where recency, frequency and worth are high")
