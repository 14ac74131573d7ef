// The data that crosses the border of the core: records, events, calls and replies, and the operator's commands.

export * from "./wire/answer.js";
export * from "./wire/call.js";
export * from "./wire/event.js";
export * from "./wire/operation.js";
export * from "./wire/operator.js";
export * from "./wire/record.js";
