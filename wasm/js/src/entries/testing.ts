export * from "../testing/kit.js";
