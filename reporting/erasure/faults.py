"""Why a person's data cannot be deleted now."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_


class ErasureFault(FaultCode):
    """Deleting a person's data."""

    NOBODY = N_("nobody here has the address '%(address)s': no contact, past or present, and no account")
    ON_ITS_WAY = N_("a mail to this person is being sent just now; try again in a few minutes")
    NEITHER = N_("'%(text)s' is neither a telephone number nor a mail address; write one of them, whole")
    SOMEBODYS = N_("%(address)s is a contact's or an account's own; delete that person's data by themselves")
    OWN = N_("nobody deletes their own data here; ask another administrator")
