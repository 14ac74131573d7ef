import type { OperationName, ProductName } from "./wire.js";

/** The set-up of a server. The core checks it and has the defaults. */
export interface Settings {
  /** The products that users may sign on to: 1 to 64 different names. Default: the six of the format (SSO-REQ-012). */
  products?: readonly ProductName[] | undefined;
  /** The time that a token is valid, in milliseconds, from 1 minute to 24 hours. Default: 60 minutes. */
  tokenLifetime?: number | undefined;
  /** The time that a launch code is valid, in milliseconds, from 10 seconds to 10 minutes. Default: 60 seconds. */
  codeLifetime?: number | undefined;
  /** The domain of the company that a direct sign-in means when it names none. Default: each has to name one. */
  company?: string | undefined;
  /** Sends errors with HTTP status 200 and ends every answer with `success`, for old plug-ins (SSO-RSP-014). Default: `false`. */
  legacyStatus?: boolean | undefined;
  /** The operations that are served; the paths of the others are answered with 404. Default: all. */
  operations?: readonly OperationName[] | undefined;
}

/** Options that are refused. The message names the option and says what to do. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}
