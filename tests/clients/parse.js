// Reads a calendar on stdin with the parser that is named, and prints its events as JSON.
import { readFileSync } from "node:fs";

const day = (date) =>
  `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;

async function withIcalJs(text) {
  const { default: ICAL } = await import("ical.js");
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component, { strictExceptions: true });
    return {
      uid: event.uid,
      first_day: event.startDate.toString(),
      end: event.endDate.toString(),
      summary: event.summary,
      description: event.description,
      status: component.getFirstPropertyValue("status"),
      sequence: event.sequence,
      alarms: component.getAllSubcomponents("valarm").length,
      all_day: event.startDate.isDate,
    };
  });
}

async function withNodeIcal(text) {
  const { default: ical } = await import("node-ical");
  const found = await ical.async.parseICS(text);
  return Object.values(found)
    .filter((each) => each.type === "VEVENT")
    .map((event) => ({
      uid: event.uid,
      first_day: day(event.start),
      end: day(event.end),
      summary: event.summary,
      description: event.description,
      status: event.status,
      sequence: Number(event.sequence),
      alarms: (event.alarms ?? []).length,
      all_day: event.datetype === "date",
    }));
}

const parsers = { "ical.js": withIcalJs, "node-ical": withNodeIcal };
const events = await parsers[process.argv[2]](readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify(events));
