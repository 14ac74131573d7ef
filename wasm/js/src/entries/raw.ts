// One step below the handler, for hosts whose requests are no `Request`: bytes in, bytes out, and every call in between.

export { answerBy, answerOperatorBy, type OnError } from "../storage/answer.js";
export type { Core, Decision, DecisionInput } from "../core/core.js";
export {
  type Answerer,
  BODY_LIMIT,
  carryOut,
  decide,
  type Moment,
  type RawRequest,
  type RawResponse,
  type Settings,
} from "../core/decide.js";
