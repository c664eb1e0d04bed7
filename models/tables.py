"""Every table, imported in one place, so that the metadata is whole whoever asks for it."""

from sqlmodel import SQLModel

from models.account import Account, ApiToken, Attempts, Grant, SignIn, Ticket
from models.audit import AuditEntry
from models.contact import Contact, Unsubscription
from models.decision import Acknowledgement, Closing, Extension, Handover, Review
from models.ladder import Ladder
from models.notice import Mail, Notice
from models.obligation import Obligation, Occurrence
from models.plan import Duty, Plan, PlanVersion, Stage
from models.submission import Document, Submission
from models.subscription import FeedToken, KeptFeed, Subscription
from models.unit import Succession, Unit, UnitVersion
from models.upkeep import Heartbeat, Marker, Outage, SpecialDay

__all__ = [
    "Account",
    "Acknowledgement",
    "ApiToken",
    "Attempts",
    "AuditEntry",
    "Closing",
    "Contact",
    "Document",
    "Duty",
    "Extension",
    "FeedToken",
    "Grant",
    "Handover",
    "Heartbeat",
    "KeptFeed",
    "Ladder",
    "Mail",
    "Marker",
    "Notice",
    "Obligation",
    "Occurrence",
    "Outage",
    "Plan",
    "PlanVersion",
    "Review",
    "SignIn",
    "SpecialDay",
    "Stage",
    "Submission",
    "Subscription",
    "Succession",
    "Ticket",
    "Unit",
    "UnitVersion",
    "Unsubscription",
]

metadata = SQLModel.metadata
