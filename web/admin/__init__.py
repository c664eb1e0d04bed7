"""The administrator's pages under /admin: plans, units and contacts, ladders, outbox, days, health, audit."""
