// One step below the handler, for hosts whose requests are not a `Request`: bytes in, bytes out, and every call in between.

export type { ConfiguredCore, Core, Failure } from "../core/core.js";
export {
  type Answerer,
  type Client,
  carryOut,
  type Moment,
  type RawRequest,
  type RawResponse,
} from "../core/decide.js";
export type { Decision } from "../core/instance.js";
export type { ConfiguredOperatorCore, OperatorCore, OperatorSettings } from "../core/operator-core.js";
export { decide } from "../core/raw.js";
export type { Settings } from "../core/settings.js";
export type { OnError } from "../storage/answer.js";
export { answerBy, answerOperatorBy } from "../storage/raw.js";
