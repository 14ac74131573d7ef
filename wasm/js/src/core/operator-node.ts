// The operator's core in Node, Deno and Bun.

import wasm from "../inline/operator.js";
import { loadOperator } from "./operator-loader.js";
import { unpacked } from "./unpacked-node.js";

export const loadOperatorCore = () => loadOperator(() => unpacked(wasm));
