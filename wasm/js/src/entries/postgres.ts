export * from "../sql/postgres.js";
