export * from "../sql/d1.js";
