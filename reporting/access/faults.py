"""What can be wrong with accounts, their roles, passwords and tokens, in Vietnamese and in English."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_


class AccountFault(FaultCode):
    """Accounts and the roles they hold."""

    ADDRESS_TAKEN = N_("%(address)s has an account already; give it another grant instead")
    NOT_THE_FIRST = N_("there is an account already; its administrator opens the others")
    NO_ADDRESS = N_("'%(text)s' is no mail address; write it as ten@coquan.gov.vn")
    NO_ACCOUNT = N_("no account '%(address)s'; open it first")
    NO_ACCOUNT_ID = N_("no account %(number)s; the list of people shows those there are")
    NO_ROLE = N_("no role %(number)s of this account; it may have been ended")
    ENDS_EARLY = N_("a grant that ends on %(until)s must begin before that day")
    NO_LANGUAGE = N_("no language '%(text)s'; use one of: %(known)s")
    NO_UNIT = (
        N_("no unit '%(code)s'"),
        N_("the list of units has them all with their codes"),
        "dondoc units tree",
    )
    UNCLEAR_UNIT = N_("which unit is '%(words)s'? %(near)s")
    WRITE_ITS_CODE = N_("write its code, as on the page of units")
    ERASED = N_("the data of this account's person were deleted; open a new account")
    PASSWORD_LENGTH = N_(
        "a password has %(shortest)s to %(longest)s characters; three or four words make a good one"
    )
    PASSWORD_COMMON = N_(
        "this password is among the first that are tried; three or four words make a good one"
    )
    PASSWORD_OWN = N_("this password is the account's own name; three or four words make a good one")


class TokenFault(FaultCode):
    """Tokens of the API."""

    NO_SCOPE = N_("no scope '%(text)s'; use one of: %(scopes)s")
    DAYS = N_("a token holds for 1 to %(most)s days; make a new one after that")
    CLOSED = N_("the account %(address)s is closed; open it again first")
    NO_TOKEN = N_("no token %(number)s of this account; it may have been revoked already")


class SignInFault(FaultCode):
    """Why a sign-in was refused."""

    REFUSED = N_("the address or the password is wrong")
    UNKNOWN = N_("no account is open for the person who signed in there; ask the administrator to open one")
    BOUND = N_("the account is bound to another person there; ask the administrator")
    CODE = N_(
        "the code is not right, or was used already; wait for the next one. The clock here says %(clock)s: if"
        " the telephone's clock says something else, one of the two is wrong"
    )
    NO_KEY = N_(
        "codes of the app cannot be checked any more, since the installation's key is another one; use a"
        " recovery code, or ask an administrator to remove the second factor"
    )
    SPENT_LINK = N_("this link was used already or has expired; ask for a new one at /forgot")
