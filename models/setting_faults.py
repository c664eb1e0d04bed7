"""What can be wrong with a setting, and what to write instead."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_

SEE_SETTINGS = N_("see docs/settings.md")


class SettingFault(FaultCode):
    """The values of settings; a secret is never among what is said."""

    WRONG = N_("%(name)s: %(problem)s"), SEE_SETTINGS
    TRIAL = N_("DONDOC_ENVIRONMENT=production needs values of your own for %(names)s"), SEE_SETTINGS
    KNOWN_KEY = (
        N_("others can reach the pages on %(host)s, and know the key that signs links and sign-ins"),
        N_("set DONDOC_SECRET_KEY to at least 32 random characters, or listen on 127.0.0.1"),
    )
    UNREADABLE_SECRET = N_("%(name)s: cannot read %(path)s: %(reason)s")
    NO_TEXT = N_("%(name)s: %(path)s is no text; keep the secret alone in it")
    NO_ENV_FILE = (
        N_("DONDOC_ENV_FILE names %(path)s, which is not there"),
        N_("correct it, or make the file; .env.example is a start"),
    )
    NO_LANGUAGE = N_("no language '%(text)s'; use one of: %(known)s")
    ISSUER = N_("'%(value)s' must begin with https://, as the provider writes it")
    NO_CLIENT = N_("DONDOC_OIDC_ISSUER needs DONDOC_OIDC_CLIENT_ID, our name at the provider")
    HALF_LOGIN = N_("DONDOC_SMTP_USER and DONDOC_SMTP_PASSWORD belong together; set both or neither")
    PROXY = N_("'%(value)s' is no address or network; write 127.0.0.1,10.0.0.0/8")
    ADDRESS = N_("'%(value)s' is no mail address; write one plain address like admin@example.vn")
    QUOTES = N_(
        "'%(value)s' has a character in the name that needs quotes; write \"%(corrected)s\" <%(address)s>"
    )
    SENDER = N_("'%(value)s' has no address in it, or more than one; write Name <name@example.vn>")
    ZONE = N_("no time zone '%(value)s'; write one such as Asia/Ho_Chi_Minh")
    FOLDER = N_("'%(value)s' is a file; name a folder")
    DATABASE = N_("no database address; write postgresql://user:password@host/name")
    DATABASE_KIND = N_("it must begin with sqlite:/// or postgresql://")
    PAGE = N_("'%(value)s' is no address of a page; write https://dondoc.example.vn")
    HOST = N_("'%(value)s' is no name of a server; write it alone, and its port in DONDOC_SMTP_PORT")
    PING = N_("DONDOC_PING_URL must begin with https:// or http://")
    EHLO = N_("'%(value)s' is no name of a machine; write dondoc.example.vn")
    CERTIFICATES = N_("'%(value)s' holds no certificates; name a file in PEM form")
    UNREADABLE = N_("cannot read '%(value)s': %(reason)s")
    ENDINGS = N_("'%(value)s' are no endings of file names; write pdf,docx,xlsx")
