// The entry `ssokey/node`: the mount for `node:http`, Express and whatever else takes a listener of Node's.

export { createListener, type Listener, type ListenerOptions } from "../http/listener.js";
export type { SessionOptions } from "../http/service.js";
