"""Reports that are due because somebody asks, or because something has happened.

A request or an event is a row of its own that opens its reports at once, in its own transaction, through the
opening that serves all plans; no later pass opens or cancels them. The units named are asked, and those above
them in the chain that gather their reports. May import access, audit, obligations, moves, opening, plans,
reminders, special_days, unit_names, units and user_text.
"""
