// The events that a SQL storage keeps.

import { statementsIn } from "../dist/sql/statement.js";

const NUMBERS = ["at", "company_id", "key_id", "user_id"];

/** Returns what reads all events by an executor, in the order in which they were stored. */
export function eventsBy(executor, dialect) {
  const sql = `SELECT * FROM ${statementsIn(dialect).tables.events} ORDER BY id`;
  return async () => (await executor.query(sql, [])).map(eventOf);
}

function eventOf({ id: _, ...row }) {
  const members = Object.entries(row).map(([column, cell]) => [memberOf(column), memberValue(column, cell)]);
  return Object.fromEntries(members);
}

const memberOf = (column) => column.replace(/_./g, ([, letter]) => letter.toUpperCase());

function memberValue(column, cell) {
  if (cell === null) return null;
  if (column === "fault") return JSON.parse(cell);
  return NUMBERS.includes(column) ? Number(cell) : cell;
}
