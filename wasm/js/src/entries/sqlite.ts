export * from "../sql/sqlite.js";
