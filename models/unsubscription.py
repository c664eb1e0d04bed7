"""Who wants no weekly look-ahead any more: the one mail that a person may do without (RFC 8058).

It is kept by address, as a person is an address: it outlives a contact list that is loaded anew.
"""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.instants import instant_field


class Unsubscription(SQLModel, table=True):
    """An address that gets no look-ahead since `at`."""

    address: str = Field(primary_key=True, description="lower case")
    at: datetime = instant_field()
