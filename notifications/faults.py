"""What can be wrong with what is asked of the mails."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_


class MailFault(FaultCode):
    NO_SHARD = N_("'%(text)s' is no shard"), N_("write NUMBER/OF, such as 2/4 for the second of four")
    NO_MAIL = N_("no mail '%(name)s' in the local mailbox"), N_("its page lists those that there are")
    NO_ADDRESS = N_("'%(address)s' cannot be mailed to"), N_("correct the contact")
    WAITS_FOR_NOTHING = N_("obligation %(number)s waits for no other report"), N_("see: dondoc chain")
